import { checkValue, type Device, type DeviceKind, hours, minutes, type PointValue } from "@linli/model";
import { pointPlans } from "../interpret/index.ts";
import type { WatchedDevice } from "./watched-device.ts";
import { type BaseQuality, STALE_CADENCES, type WatchedPoint } from "./watched-point.ts";

/** For a device whose kind this release does not have. */
const DEFAULT_TIME_OUTS = { lateAfter: minutes(15), offlineAfter: hours(1) };

type Kinds = ReadonlyMap<string, DeviceKind>;

/** The expected time between readings of a point, as the kind declares it. */
export function cadenceOf(device: Device, kinds: Kinds, name: string): number | undefined {
  return pointPlans(device, kinds)(name)?.point.cadence;
}

/** What a value says of itself: undeclared, outside what the sensor can say, or good. */
export function baseQuality(device: Device, kinds: Kinds, given: { name: string; value: PointValue }): BaseQuality {
  const plan = pointPlans(device, kinds)(given.name);
  if (plan === undefined) return "unknown";
  const checked = checkValue(plan.point, given.value);
  return "faulty" in checked && checked.faulty ? "faulty" : "good";
}

export function declareCadence(watched: WatchedDevice, point: WatchedPoint, cadence: number | undefined): void {
  point.cadence = cadence;
  if (cadence !== undefined) watched.shortest = Math.min(watched.shortest, STALE_CADENCES * cadence);
}

/** The device's own word wins, then its rhythm, then its kind's time-outs. */
function applyTimeOuts(watched: WatchedDevice): void {
  const ofKind = watched.kind ?? DEFAULT_TIME_OUTS;
  const { lateAfter, offlineAfter } = watched.rhythm.timeOuts(ofKind, watched.device.offlineAfterMs);
  watched.lateAfter = lateAfter;
  watched.offlineAfter = offlineAfter;
  watched.shortest = Math.min(lateAfter, offlineAfter);
}

/** Takes time-outs and cadences from a registry entry, and from what was learned: at first sight, and after each change. */
export function applyDeclaration(watched: WatchedDevice, device: Device, kinds: Kinds): void {
  watched.device = device;
  watched.kind = kinds.get(device.kind);
  applyTimeOuts(watched);
  for (const [name, point] of watched.points) declareCadence(watched, point, cadenceOf(device, kinds, name));
}
