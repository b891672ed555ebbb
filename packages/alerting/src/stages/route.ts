import type { LedgerReason, Target } from "@linli/model";
import { peopleOf } from "../duty/people.ts";
import { waysOf } from "../duty/ways.ts";
import type { Routed, Subject, Way, World } from "../duty/world.ts";
import { fingerprint } from "../fingerprint.ts";

/** One address to be told. `personId` null = a room or a program. */
export interface Recipient extends Way {
  /** Person, channel and address in one. */
  readonly key: string;
  readonly personId: string | null;
}

/** Whom some targets mean, and who of them cannot be told now. */
export interface Audience {
  readonly recipients: readonly Recipient[];
  readonly people: readonly string[];
  readonly unreached: readonly { readonly personId: string; readonly reason: LedgerReason; readonly about: string }[];
  /** In words: what was not arranged. */
  readonly holes: readonly string[];
}

function recipient(personId: string | null, { channelId, address }: Way): Recipient {
  return { key: `${personId ?? "room"}:${channelId}:${fingerprint(address)}`, personId, channelId, address };
}

interface Asked {
  readonly subject: Subject;
  readonly routed: Routed;
  readonly now: number;
  readonly world: World;
}

/** Targets → people → their ways; each address once. */
export function audienceOf(
  targets: readonly Target[],
  urgent: boolean,
  { subject, routed, now, world }: Asked,
): Audience {
  const onDuty = new Map<string, boolean>();
  const recipients = new Map<string, Recipient>();
  const holes: string[] = [];
  for (const target of targets) {
    const told = peopleOf(target, routed, now, world);
    if (told.hole !== undefined && !holes.includes(told.hole)) holes.push(told.hole);
    for (const one of told.people) onDuty.set(one.personId, one.onDuty || onDuty.get(one.personId) === true);
    for (const room of told.rooms) {
      const found = recipient(null, room);
      recipients.set(found.key, found);
    }
  }
  const { severity, lifeSafety } = subject.alert;
  const unreached: { personId: string; reason: LedgerReason; about: string }[] = [];
  for (const [personId, isOnDuty] of onDuty) {
    const {
      ways,
      reason = "no-contact",
      about = "",
    } = waysOf(personId, { severity, lifeSafety, urgent, onDuty: isOnDuty }, now, world);
    if (ways.length === 0) unreached.push({ personId, reason, about });
    for (const way of ways) {
      const found = recipient(personId, way);
      recipients.set(found.key, found);
    }
  }
  return { recipients: [...recipients.values()], people: [...onDuty.keys()], unreached, holes };
}

/** Ways to people beside the steps: those on site, the one it was given to. */
export function waysTo(personId: string, { subject, now, world }: Omit<Asked, "routed">): readonly Recipient[] {
  const { severity, lifeSafety } = subject.alert;
  const { ways } = waysOf(personId, { severity, lifeSafety, urgent: false, onDuty: true }, now, world);
  return ways.map((way) => recipient(personId, way));
}
