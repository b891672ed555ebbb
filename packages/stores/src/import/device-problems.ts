import { conversionFor, DEVICE_KINDS, findPoint, type NewDevice, type Problem, resolveUnit } from "@linli/model";

type Facts = Pick<NewDevice, "kind" | "units" | "extraPoints">;

function unitProblem({ kind, units, extraPoints }: Facts, point: string): string | undefined {
  const declared = units[point] ?? "";
  if (resolveUnit(declared) === undefined) return "no such unit";
  const known = DEVICE_KINDS.get(kind);
  const found = extraPoints[point] ?? (known && findPoint(known, point));
  if (!found) return `a ${kind} has no point ${point}`;
  if (found.unit === undefined) return `${point} has no unit`;
  return conversionFor(declared, found.unit) ? undefined : `cannot be converted to ${found.unit}`;
}

/** What a device's form alone does not show: a kind that is not there, units that do not fit its points. */
export function deviceProblems(device: Facts): Problem[] {
  const problems: Problem[] = [];
  if (!DEVICE_KINDS.has(device.kind)) {
    const kinds = [...DEVICE_KINDS.keys()].join(", ");
    return [{ field: "kind", value: device.kind, message: `no such kind; there are ${kinds}` }];
  }
  for (const [point, unit] of Object.entries(device.units)) {
    const message = unitProblem(device, point);
    if (message !== undefined) problems.push({ field: `units.${point}`, value: unit, message });
  }
  return problems;
}
