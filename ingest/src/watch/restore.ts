import type { Device, DeviceKind, DeviceState, PointValue, Quality } from "@linli/model";
import { applyDeclaration, baseQuality, cadenceOf } from "./declared.ts";
import type { WatchMemory } from "./watch-memory.ts";
import { newWatchedDevice, type WatchedDevice, type WatchedPoint } from "./watched-device.ts";

type Kinds = ReadonlyMap<string, DeviceKind>;

/** What is shown of an offline device hides what its values were worth: the declaration still tells. */
function baseOf(
  device: Device,
  kinds: Kinds,
  point: { name: string; value: PointValue; quality: Quality },
): WatchedPoint["base"] {
  if (point.quality === "faulty" || point.quality === "unknown") return point.quality;
  return point.quality === "down" ? baseQuality(device, kinds, point) : "good";
}

/** A device as it was when its state and the memory beside it were committed. */
export function restoreDevice(
  saved: { readonly state: DeviceState; readonly device: Device; readonly memory: WatchMemory },
  kinds: Kinds,
): WatchedDevice {
  const { state, device, memory } = saved;
  const watched = newWatchedDevice(device);
  watched.connection = state.connection;
  watched.connectionSince = state.connectionSince;
  watched.lastSeenAt = state.lastSeenAt;
  for (const [name, { value, quality, observedAt, receivedAt }] of Object.entries(state.points)) {
    const base = baseOf(device, kinds, { name, value, quality });
    const cadence = cadenceOf(device, kinds, name);
    watched.points.set(name, { value, base, stale: quality === "stale", observedAt, receivedAt, cadence });
  }
  for (const session of memory.sessions[device.id] ?? []) watched.sessions.add(session);
  watched.lostAt = memory.lost[device.id];
  applyDeclaration(watched, device, kinds);
  return watched;
}
