import { hours, minutes, seconds } from "@linli/model";
import type { Subject, World } from "../duty/world.ts";
import { fingerprint } from "../fingerprint.ts";

/** The first of a group waits so long for others. */
const GROUP_WAIT = seconds(30);
/** What joins later, or is back, is told so often at most. */
export const GROUP_INTERVAL = minutes(5);
/** An incident that nothing changed in is told again, unless it is in hand. */
export const GROUP_REPEAT = hours(4);

const SHARED_LEVELS = new Set(["building", "compound", "community"]);

/** What an alert may be told together with: the same trouble at the same place. May stand in an id. */
export function groupOf({ alert, placePath }: Subject, world: World): string {
  const place = placePath.find((id) => SHARED_LEVELS.has(world.places.get(id)?.level ?? "")) ?? placePath[0];
  return place === undefined ? `${alert.ruleId}` : `${alert.ruleId}.${place}`;
}

/** An id of an incident: short enough whatever it is about. */
export function incidentIdOf(cause: string, openedAt: number): string {
  const moment = openedAt.toString(36);
  return cause.length > 120 ? `${cause.slice(0, 100)}.${fingerprint(cause)}_${moment}` : `${cause}_${moment}`;
}

/** When a newcomer may be told. */
export function flushAt(group: { readonly flushAt: number | null; readonly lastSentAt: number | null }, now: number) {
  if (group.flushAt !== null && group.flushAt >= now) return group.flushAt;
  const again = group.lastSentAt === null ? now : group.lastSentAt + GROUP_INTERVAL;
  return Math.max(now + GROUP_WAIT, again);
}
