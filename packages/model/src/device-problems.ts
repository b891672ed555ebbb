import type { Device } from "./device.ts";
import type { Problem } from "./errors.ts";
import { type DeviceKind, findPoint } from "./kind.ts";
import { isPersonalDataName } from "./personal-data.ts";
import type { ExtraPoint } from "./point.ts";
import { conversionFor, resolveUnit } from "./units.ts";

type Declarations = Pick<Device, "kind" | "units" | "extraPoints">;

function extraPointProblem(name: string, { type, values }: ExtraPoint, kind: DeviceKind): string | undefined {
  if (isPersonalDataName(name)) return "personal data is refused, whoever declares it";
  if (findPoint(kind, name)) return `the kind ${kind.id} declares it already`;
  if (type === "enum" && !values?.length) return "an enum needs its values";
  return undefined;
}

function unitProblem(name: string, unit: string, device: Declarations, kind: DeviceKind): string | undefined {
  const extra = Object.hasOwn(device.extraPoints, name) ? device.extraPoints[name] : undefined;
  const point = extra ?? findPoint(kind, name);
  if (!point) return "neither the kind nor the device declares this point";
  if (point.unit === undefined) return "this point has no unit";
  if (resolveUnit(unit) === undefined) return `not a unit that is known; this point is kept in ${point.unit}`;
  if (!conversionFor(unit, point.unit)) return `does not convert to ${point.unit}`;
  return undefined;
}

/**
 * What a device's own declarations get wrong against its kind: all of it, with paths. A unit that nobody can convert
 * has to be refused here, for later it would be stored as if it were the kind's.
 */
export function deviceProblems(device: Declarations, kinds: ReadonlyMap<string, DeviceKind>): Problem[] {
  const kind = kinds.get(device.kind);
  if (!kind)
    return [{ field: "kind", value: device.kind, message: `not a kind; one of ${[...kinds.keys()].join(", ")}` }];
  const problems: Problem[] = [];
  for (const [name, point] of Object.entries(device.extraPoints)) {
    const message = extraPointProblem(name, point, kind);
    if (message) problems.push({ field: `extraPoints.${name}`, message });
  }
  for (const [name, unit] of Object.entries(device.units)) {
    const message = unitProblem(name, unit, device, kind);
    if (message) problems.push({ field: `units.${name}`, value: unit, message });
  }
  return problems;
}
