import { flushAt } from "../stages/group.ts";
import type { AlertCase } from "./alert-case.ts";
import type { Round } from "./round.ts";

/** When it may be told with those of its kind and place. */
export function joinGroup(one: AlertCase, { cases, now }: Round): number {
  const known = cases.groups.get(one.group);
  const group = known ?? cases.groups.add(one.group, { members: {}, count: 0, flushAt: null, lastSentAt: null });
  const at = flushAt(group, now);
  group.flushAt = at;
  group.members[one.alert.id] = true;
  group.count++;
  one.groupAt = at;
  cases.groups.touch(one.group);
  return at;
}

/** It is over: others of its kind are told without it. */
export function leaveGroup({ group, alert }: AlertCase, { cases }: Round): void {
  const known = cases.groups.get(group);
  if (known === undefined) return;
  if (known.members[alert.id] === undefined) return;
  delete known.members[alert.id];
  known.count--;
  if (known.count === 0 && known.lastSentAt === null) cases.groups.drop(group);
  else cases.groups.touch(group);
}
