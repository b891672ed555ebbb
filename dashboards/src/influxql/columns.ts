import { type DeviceKind, findPoint, type Point } from "@linli/model";
import { encodeName, identifier, ownColumn } from "@linli/stores/influx-schema";

/** What a roll-up keeps of a point. */
export type RolledUp = "min" | "max" | "sum" | "count" | "numbers" | "last";

/** A point by the name that its kind declares. Throws when the kind has no such point. */
export function pointOf(kind: DeviceKind, name: string): Point {
  const point = kind.points[name] ?? findPoint(kind, name);
  if (point === undefined) throw new TypeError(`${kind.id} has no point ${name}`);
  return point;
}

export function isIndexed(name: string): boolean {
  return name.includes("{");
}

/** Names that `{…}` stands for, as a regular expression of InfluxQL. */
const ANY_SEGMENT = "[A-Za-z0-9_-]+";

function pattern(name: string, suffix: string): string {
  const parts = name.split(/\{[^}]+\}/).map((part) => encodeName(part).replaceAll(".", "\\."));
  return `/^${parts.join(ANY_SEGMENT)}${suffix}$/`;
}

/** A point's own column in a SELECT; of an indexed point all of them. */
export function column(name: string): string {
  return isIndexed(name) ? pattern(name, "") : identifier(ownColumn(name));
}

/** A point's column of a roll-up. */
export function rolledUp(name: string, what: RolledUp): string {
  return isIndexed(name) ? pattern(name, `:${what}`) : identifier(`${ownColumn(name)}:${what}`);
}
