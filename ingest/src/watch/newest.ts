import { type DeviceKind, minutes, type Reading } from "@linli/model";
import { cadenceOf, declareCadence } from "./declared.ts";
import type { WatchedDevice } from "./watched-device.ts";
import { type BaseQuality, WatchedPoint } from "./watched-point.ts";

/** A timestamp further ahead of reception never becomes the newest: one of 2099 must not silence a device. */
const MAX_AHEAD = minutes(5);

function baseOf(reading: Reading): BaseQuality {
  return reading.quality === "faulty" || reading.quality === "unknown" ? reading.quality : "good";
}

/**
 * Takes a reading as the point's newest value; false when it is back-fill, from the future, older, or a repeat (the
 * first to arrive with a timestamp wins).
 */
export function takeNewest(watched: WatchedDevice, reading: Reading, kinds: ReadonlyMap<string, DeviceKind>): boolean {
  const { value, observedAt, receivedAt } = reading;
  if (reading.historical || observedAt > receivedAt + MAX_AHEAD) return false;
  const known = watched.points.get(reading.point);
  if (known !== undefined && observedAt <= known.observedAt) return false;
  if (watched.lastObservedAt === undefined || observedAt > watched.lastObservedAt) watched.lastObservedAt = observedAt;
  if (known === undefined) {
    const first = { value, base: baseOf(reading), observedAt, receivedAt, changedAt: observedAt };
    const point = new WatchedPoint(watched, first);
    watched.points.set(reading.point, point);
    declareCadence(watched, point, cadenceOf(watched.device, kinds, reading.point));
    return true;
  }
  if (known.value !== value) known.changedAt = observedAt;
  known.value = value;
  known.base = baseOf(reading);
  known.stale = false;
  known.observedAt = observedAt;
  known.receivedAt = receivedAt;
  return true;
}
