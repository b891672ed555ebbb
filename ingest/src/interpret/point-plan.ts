import { conversionFor, type Device, type DeviceKind, findPoint, type Point } from "@linli/model";

/** How to read one point of one device. */
export interface PointPlan {
  /** What is stored must satisfy it. */
  readonly point: Point;
  /** What is sent must satisfy it; differs where the device sends another unit. */
  readonly sent: Point;
  readonly convert: ((value: number) => number) | undefined;
}

/**
 * Distinct names of indexed points (`selection.{slot}.stock`) per device: a machine has dozens of slots; more than this is
 * a device making names up.
 */
const MAX_NAMES = 1_024;

const plansOf = new WeakMap<Device, Map<string, PointPlan>>();

function makePlan(device: Device, kind: DeviceKind | undefined, name: string): PointPlan | undefined {
  const extra = Object.hasOwn(device.extraPoints, name) ? device.extraPoints[name] : undefined;
  const point = extra ? { ...extra, label: extra.label ?? { zh: name, en: name } } : kind && findPoint(kind, name);
  if (point === undefined) return undefined;
  const unit = Object.hasOwn(device.units, name) ? device.units[name] : undefined;
  const convert = unit === undefined || point.unit === undefined ? undefined : conversionFor(unit, point.unit);
  if (convert === undefined) return { point, sent: point, convert };
  const { range: _range, ...rest } = point;
  return { point, sent: { ...rest, type: "number" }, convert };
}

/**
 * The declaration of a point as this device sends it; `undefined` when neither its kind nor itself declares it, or when
 * it has made up too many indexed names. Kept per registry entry: an edited device is a new object and starts afresh.
 */
export function pointPlan(device: Device, kinds: ReadonlyMap<string, DeviceKind>, name: string): PointPlan | undefined {
  let plans = plansOf.get(device);
  if (plans === undefined) plansOf.set(device, (plans = new Map()));
  const known = plans.get(name);
  if (known !== undefined || plans.size >= MAX_NAMES) return known;
  const plan = makePlan(device, kinds.get(device.kind), name);
  if (plan !== undefined) plans.set(name, plan);
  return plan;
}
