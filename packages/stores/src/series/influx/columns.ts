import { DEVICE_KINDS, findPoint, type PointType, type PointValue } from "@linli/model";
import { encodeName } from "./names.ts";

/**
 * How readings stand in InfluxDB. Measurement = kind; tags = device, community, compound, building; each point has two
 * columns (fields):
 *
 * - its own, of one type for good: `load` is a float, `door.state` a string. All numbers, moments and truth values
 *   (0 and 1) are floats, so an integer sent first decides nothing and `mean()` works on each of them. Good values that
 *   have the type of their column stand here, so every aggregate over it is over good values.
 * - a companion, `load:other`, a string: what must not stand in the first one. JSON of the value for one of another type,
 *   `faulty ` and JSON for one outside of what the sensor can say, and empty when a good value took its place.
 *
 * A companion that is not empty is the value of its moment.
 */
export type ColumnType = "float" | "string";

const COLUMN_OF: Readonly<Record<PointType, ColumnType>> = {
  number: "float",
  integer: "float",
  time: "float",
  boolean: "float",
  enum: "string",
  string: "string",
  list: "string",
};

const OTHER = ":other";
const FAULTY = "faulty ";

/** The type a point is declared with; a point that the kind does not declare stands as a number. */
export function declaredType(kind: string, point: string): PointType {
  const declared = DEVICE_KINDS.get(kind);
  return (declared && findPoint(declared, point)?.type) ?? "number";
}

export function columnType(kind: string, point: string): ColumnType {
  return COLUMN_OF[declaredType(kind, point)];
}

/** The point's own column. */
export function ownColumn(point: string): string {
  return encodeName(point);
}

/** The column beside it. */
export function otherColumn(point: string): string {
  return encodeName(point) + OTHER;
}

/** Whether a value can stand in the point's own column: as declared, and good. */
export function fitsOwnColumn(declared: PointType, value: PointValue): boolean {
  if (COLUMN_OF[declared] === "string") return typeof value === "string";
  return typeof value === (declared === "boolean" ? "boolean" : "number");
}

/** The text in the companion column. */
export function otherText(value: PointValue, faulty: boolean): string {
  const json = Object.is(value, -0) ? "-0" : JSON.stringify(value);
  return faulty ? FAULTY + json : json;
}

/** What a companion column says; `undefined` when it is empty and the own column counts. */
export function readOther(text: string): { readonly value: PointValue; readonly faulty: boolean } | undefined {
  if (text === "") return undefined;
  const faulty = text.startsWith(FAULTY);
  return { value: JSON.parse(faulty ? text.slice(FAULTY.length) : text) as PointValue, faulty };
}

/** The value of an own column: truth values come back as such. */
export function readOwn(declared: PointType, stored: string | number | boolean): PointValue {
  return declared === "boolean" && typeof stored === "number" ? stored !== 0 : stored;
}
