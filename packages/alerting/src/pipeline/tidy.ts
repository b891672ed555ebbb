import { days } from "@linli/model";
import { GROUP_INTERVAL } from "../stages/group.ts";
import type { Round } from "./round.ts";

/** So old, and no cause comes of it any more. */
const OLD = days(1);

/** Once a day: what nothing refers to any more is forgotten. */
export function tidy({ cases, now }: Round): void {
  const { scopes, groups, letters, alerts, incidents } = cases;
  for (const name of scopes.names()) {
    const scope = scopes.get(name);
    const isOpen = scope?.incidentId != null && incidents.get(scope.incidentId) !== undefined;
    if (!isOpen && scope?.fell.every(({ at }) => at < now - OLD)) scopes.drop(name);
  }
  for (const name of groups.names()) {
    const group = groups.get(name);
    const isRecent = group?.lastSentAt != null && group.lastSentAt > now - GROUP_INTERVAL;
    if (group?.count === 0 && !isRecent) groups.drop(name);
  }
  for (const key of letters.names()) {
    if (letters.get(key)?.alerts.every((id) => alerts.get(id) === undefined)) letters.drop(key);
  }
}
