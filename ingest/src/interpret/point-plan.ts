import { conversionFor, type Device, type DeviceKind, findPoint, type Point } from "@linli/model";

/** How to read one point of one device. */
export interface PointPlan {
  /** What is stored must satisfy it. */
  readonly point: Point;
  /** What is sent must satisfy it; differs where the device sends another unit. */
  readonly sent: Point;
  readonly convert: ((value: number) => number) | undefined;
  /** Declared by a pattern such as `selection.{slot}.stock`. */
  readonly indexed: boolean;
}

type Plans = Map<string, PointPlan>;

/**
 * Distinct names of indexed points per device and run of the process: a machine has dozens of slots; more than this is a
 * device making names up.
 */
const MAX_INDEXED = 1_024;
/** Plans kept per kind or device. More are made anew each time: slower, never wrong. */
const MAX_PLANS = 4_096;

const ofKinds = new WeakMap<DeviceKind, Plans>();
const ofDevices = new WeakMap<Device, Plans>();
const indexedNames = new WeakMap<Device, Set<string>>();

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const _key in record) return false;
  return true;
}

/** One for all devices of a kind; of its own for a device that declares units or points. */
function plansOf(device: Device, kind: DeviceKind | undefined): Plans {
  const shared = kind !== undefined && isEmpty(device.units) && isEmpty(device.extraPoints);
  let plans = shared ? ofKinds.get(kind) : ofDevices.get(device);
  if (plans === undefined) {
    plans = new Map();
    if (shared) ofKinds.set(kind, plans);
    else ofDevices.set(device, plans);
  }
  return plans;
}

function makePlan(device: Device, kind: DeviceKind | undefined, name: string): PointPlan | undefined {
  const extra = Object.hasOwn(device.extraPoints, name) ? device.extraPoints[name] : undefined;
  const point = extra ? { ...extra, label: extra.label ?? { zh: name, en: name } } : kind && findPoint(kind, name);
  if (point === undefined) return undefined;
  const indexed = extra === undefined && kind !== undefined && !Object.hasOwn(kind.points, name);
  const unit = Object.hasOwn(device.units, name) ? device.units[name] : undefined;
  const convert = unit === undefined || point.unit === undefined ? undefined : conversionFor(unit, point.unit);
  if (convert === undefined) return { point, sent: point, convert, indexed };
  const { range: _range, ...rest } = point;
  return { point, sent: { ...rest, type: "number" }, convert, indexed };
}

function isAdmitted(device: Device, name: string): boolean {
  let names = indexedNames.get(device);
  if (names === undefined) indexedNames.set(device, (names = new Set()));
  if (names.size < MAX_INDEXED) names.add(name);
  return names.has(name);
}

/**
 * Finds the declarations of points as this device sends them; `undefined` when neither its kind nor itself declares one,
 * or when it has made up too many indexed names. For one message: an edited device is another object.
 */
export function pointPlans(
  device: Device,
  kinds: ReadonlyMap<string, DeviceKind>,
): (name: string) => PointPlan | undefined {
  const kind = kinds.get(device.kind);
  const plans = plansOf(device, kind);
  return (name) => {
    let plan = plans.get(name);
    if (plan === undefined) {
      plan = makePlan(device, kind, name);
      if (plan !== undefined && plans.size < MAX_PLANS) plans.set(name, plan);
    }
    return plan?.indexed && !isAdmitted(device, name) ? undefined : plan;
  };
}
