import { type DeviceKind, hours, minutes, type PointValue } from "@linli/model";

/** How many of each kind the bundled neighbourhood has. */
export const NEIGHBOURHOOD: Readonly<Record<string, number>> = {
  gateway: 13,
  elevator: 53,
  streetlight: 160,
  camera: 79,
  "clinic-kiosk": 2,
  "medicine-vending-machine": 4,
  "gym-machine": 14,
  "gym-room": 2,
  "environment-sensor": 59,
};
/** Each point in its rhythm, but no oftener. */
export const EVERY_MS = minutes(1);

/** Values as a healthy device of the kind tells them; numbers move a little with each message. Absent `after` = all. */
export function valuesOf(kind: DeviceKind, message: number, after = 0): (readonly [string, PointValue])[] {
  return Object.entries(kind.points).flatMap(([pattern, point]): (readonly [string, PointValue])[] => {
    if (after % Math.max(EVERY_MS, point.cadence ?? hours(1)) !== 0) return [];
    const name = pattern.replaceAll(/\{[^}]+\}/g, "1");
    if (point.type === "boolean") return [[name, false]];
    if (point.type === "enum") return [[name, point.values?.[0] ?? ""]];
    if (point.type !== "number" || point.cadence === undefined) return [];
    const [low, high] = point.normal ?? point.range ?? [0, 1];
    return [[name, low + (high - low) * (0.4 + 0.2 * ((message % 10) / 10))]];
  });
}
