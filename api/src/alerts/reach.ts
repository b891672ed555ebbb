import type { AlertRecord } from "@linli/stores";
import { covers, type Scope } from "../access/scope.ts";
import type { Parts } from "../parts.ts";

/** Episodes of one device that opened in the same millisecond: more than there are rules of a kind. */
const MOST_AT_ONCE = 200;

/**
 * Whether an alert lies within a scope: where its device is now, or where it was when the alert opened. One who had it
 * on the list keeps it there when the device moves away.
 */
export async function reaches(parts: Parts, scope: Scope, { alert }: AlertRecord): Promise<boolean> {
  if (scope === null) return true;
  if (scope.length === 0) return false;
  const device = await parts.state.registry.device(alert.deviceId);
  if (device && covers(parts.registry, scope, device.placeId)) return true;
  const { id, deviceId, openedAt } = alert;
  const filter = { deviceIds: [deviceId], placeIds: scope, from: openedAt, to: openedAt + 1 };
  const { items } = await parts.state.alerts.alerts(filter, { limit: MOST_AT_ONCE });
  return items.some((record) => record.alert.id === id);
}
