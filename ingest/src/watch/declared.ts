import { checkValue, type Device, type DeviceKind, hours, minutes, type PointValue } from "@linli/model";
import { pointPlans } from "../interpret/index.ts";
import { STALE_CADENCES, type WatchedDevice, type WatchedPoint } from "./watched-device.ts";

/** For a device whose kind this release does not have. */
const DEFAULT_LATE_AFTER = minutes(15);
const DEFAULT_OFFLINE_AFTER = hours(1);

type Kinds = ReadonlyMap<string, DeviceKind>;

/** The expected time between readings of a point, as the kind declares it. */
export function cadenceOf(device: Device, kinds: Kinds, name: string): number | undefined {
  return pointPlans(device, kinds)(name)?.point.cadence;
}

/** What a value says of itself: undeclared, outside what the sensor can say, or good. */
export function baseQuality(
  device: Device,
  kinds: Kinds,
  given: { name: string; value: PointValue },
): WatchedPoint["base"] {
  const plan = pointPlans(device, kinds)(given.name);
  if (plan === undefined) return "unknown";
  const checked = checkValue(plan.point, given.value);
  return "faulty" in checked && checked.faulty ? "faulty" : "good";
}

export function declareCadence(watched: WatchedDevice, point: WatchedPoint, cadence: number | undefined): void {
  point.cadence = cadence;
  if (cadence !== undefined) watched.shortest = Math.min(watched.shortest, STALE_CADENCES * cadence);
}

/** Takes time-outs and cadences from a registry entry: at first sight, and after each edit. */
export function applyDeclaration(watched: WatchedDevice, device: Device, kinds: Kinds): void {
  const kind = kinds.get(device.kind);
  watched.device = device;
  watched.lateAfter = kind?.lateAfter ?? DEFAULT_LATE_AFTER;
  watched.offlineAfter = device.offlineAfterMs ?? kind?.offlineAfter ?? DEFAULT_OFFLINE_AFTER;
  watched.shortest = Math.min(watched.lateAfter, watched.offlineAfter);
  for (const [name, point] of watched.points) declareCadence(watched, point, cadenceOf(device, kinds, name));
}
