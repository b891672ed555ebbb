import { type DeviceKind, minutes, type Reading } from "@linli/model";
import { cadenceOf, declareCadence } from "./declared.ts";
import type { WatchedDevice, WatchedPoint } from "./watched-device.ts";

/** A timestamp further ahead of reception never becomes the newest: one of 2099 must not silence a device. */
const MAX_AHEAD = minutes(5);

function baseOf(reading: Reading): WatchedPoint["base"] {
  return reading.quality === "faulty" || reading.quality === "unknown" ? reading.quality : "good";
}

/**
 * Takes a reading as the point's newest value; false when it is back-fill, from the future, older, or a repeat (the
 * first to arrive with a timestamp wins).
 */
export function takeNewest(watched: WatchedDevice, reading: Reading, kinds: ReadonlyMap<string, DeviceKind>): boolean {
  if (reading.historical || reading.observedAt > reading.receivedAt + MAX_AHEAD) return false;
  const known = watched.points.get(reading.point);
  if (known === undefined) {
    const { value, observedAt, receivedAt } = reading;
    const base = baseOf(reading);
    const point: WatchedPoint = { value, base, stale: false, observedAt, receivedAt, cadence: undefined };
    watched.points.set(reading.point, point);
    declareCadence(watched, point, cadenceOf(watched.device, kinds, reading.point));
    return true;
  }
  if (reading.observedAt <= known.observedAt) return false;
  known.value = reading.value;
  known.base = baseOf(reading);
  known.stale = false;
  known.observedAt = reading.observedAt;
  known.receivedAt = reading.receivedAt;
  return true;
}
