import { DEFAULT_TARGETS, type Grant, hours, type Role, roleAtLeast } from "@linli/model";
import { peopleOf } from "../duty/people.ts";
import type { Routed, Subject, World } from "../duty/world.ts";

/** How soon somebody has to be there; until then an acknowledgement counts. */
export function arriveWithin({ alert, rule }: Subject): number {
  const { severity } = alert;
  return rule?.targets?.arrive ?? (severity === "informational" ? hours(168) : DEFAULT_TARGETS[severity].arrive);
}

/** How soon it asks for an answer; undefined = it does not. */
export function acknowledgeWithin({ alert, rule }: Subject): number | undefined {
  const { severity } = alert;
  return (
    rule?.targets?.acknowledge ?? (severity === "informational" ? undefined : DEFAULT_TARGETS[severity].acknowledge)
  );
}

function hasRight(grants: readonly Grant[], needed: Role, placePath: readonly string[]): boolean {
  return grants.some(
    ({ role, placeId }) => roleAtLeast(role, needed) && (placeId === null || placePath.includes(placeId)),
  );
}

export function may(personId: string, needed: Role, { placePath }: Subject, world: World): boolean {
  const person = world.people.get(personId);
  return person !== undefined && hasRight(person.grants, needed, placePath);
}

interface Asked {
  readonly subject: Subject;
  readonly routed: Routed;
  readonly world: World;
  readonly now: number;
  /** Steps taken. */
  readonly step: number;
  /** Those who were told of it, and to whom it was given. */
  readonly told: ReadonlySet<string>;
}

/** Whether somebody's word counts: a current target or the duty person, with the right at that place. */
export function mayAnswer(personId: string, { subject, routed, world, now, step, told }: Asked): boolean {
  if (!may(personId, "crew", subject, world)) return false;
  if (told.has(personId)) return true;
  const taken = routed.escalation.steps.slice(0, Math.max(1, step)).flatMap(({ targets }) => targets);
  return [...taken, { onCall: true as const }, { desk: true as const }].some((target) =>
    peopleOf(target, routed, now, world).people.some((one) => one.personId === personId),
  );
}
