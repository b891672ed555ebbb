import type { DeviceRules, Site } from "@linli/alerting";
import type { Device, DeviceKind, DeviceState, PointValue, Quality } from "@linli/model";
import { applyDeclaration, baseQuality } from "./declared.ts";
import { type DeviceNote, rhythmOf } from "./device-note.ts";
import type { WatchMemory } from "./watch-memory.ts";
import { WatchedDevice } from "./watched-device.ts";
import { type BaseQuality, WatchedPoint } from "./watched-point.ts";

type Kinds = ReadonlyMap<string, DeviceKind>;

/** A device as it was committed: its state, what is kept beside it, and its rules. */
interface SavedDevice {
  readonly state: DeviceState;
  readonly device: Device;
  readonly memory: WatchMemory;
  readonly note: DeviceNote | undefined;
  readonly rules: DeviceRules;
  readonly site: Site;
}

/** What is shown of an offline device hides what its values were worth: the declaration still tells. */
function baseOf(
  device: Device,
  kinds: Kinds,
  point: { name: string; value: PointValue; quality: Quality },
): BaseQuality {
  if (point.quality === "faulty" || point.quality === "unknown") return point.quality;
  return point.quality === "down" ? baseQuality(device, kinds, point) : "good";
}

/** A device as it was when its state and the memory beside it were committed. */
export function restoreDevice(saved: SavedDevice, kinds: Kinds): WatchedDevice {
  const { state, device, memory, note, rules, site } = saved;
  const watched = new WatchedDevice(device, { site, rules, rhythm: rhythmOf(note, state) });
  watched.connection = state.connection;
  watched.connectionSince = state.connectionSince;
  watched.lastSeenAt = state.lastSeenAt;
  for (const [name, { value, quality, observedAt, receivedAt }] of Object.entries(state.points)) {
    const base = baseOf(device, kinds, { name, value, quality });
    const changedAt = note?.changed[name] ?? observedAt;
    const point = new WatchedPoint(watched, { value, base, observedAt, receivedAt, changedAt });
    point.stale = quality === "stale";
    watched.points.set(name, point);
    watched.lastObservedAt = Math.max(watched.lastObservedAt ?? observedAt, observedAt);
  }
  for (const session of memory.sessions[device.id] ?? []) watched.sessions.add(session);
  watched.lostAt = memory.lost[device.id];
  applyDeclaration(watched, device, kinds);
  return watched;
}
