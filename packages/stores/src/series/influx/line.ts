import type { PointValue } from "@linli/model";
import type { SeriesOwner } from "../port.ts";
import { fitsOwnColumn, otherText } from "./columns.ts";
import type { PointColumns } from "./columns-of-kind.ts";
import type { DeviceMemory, SeriesMemory } from "./device-memory.ts";
import { lineName } from "./names.ts";

/** One point on a line: `load=5.2`, or with its companion `load=5.2,load:other=""`. */
export interface Field {
  readonly series: SeriesMemory;
  /** In the batch; that of the last one given. */
  index: number;
  text: string;
}

/** The points of one device and moment. */
export interface Line {
  readonly device: DeviceMemory;
  /** Measurement and tags, escaped. */
  prefix: string;
  readonly at: number;
  readonly fields: Field[];
}

/** Measurement and tags, in the order that the server keeps them in. */
export function prefixOf({ kind, building, community, compound, deviceId }: SeriesOwner): string {
  const place = Object.entries({ building, community, compound }).filter(([, id]) => id !== "");
  return [...place, ["device", deviceId] as const].reduce(
    (line, [key, id]) => `${line},${key}=${lineName(id)}`,
    lineName(kind),
  );
}

/** A text as field value. */
export function quoted(text: string): string {
  return text.includes('"') || text.includes("\\") ? `"${text.replace(/["\\]/g, "\\$&")}"` : `"${text}"`;
}

function ownText(value: PointValue): string {
  if (typeof value === "string") return quoted(value);
  // truth values stand as numbers, and `${-0}` would lose the sign
  return Object.is(value, -0) ? "-0" : String(Number(value));
}

/** Whether the value stands in the companion column. */
export function isCompanion({ declared }: PointColumns, value: PointValue, faulty: boolean): boolean {
  return faulty || !fitsOwnColumn(declared, value);
}

/** A value for its own column; `clears` empties the companion, which would otherwise stand in its place. */
export function ownField(columns: PointColumns, value: PointValue, clears: boolean): string {
  const text = columns.ownKey + ownText(value);
  return clears ? `${text},${columns.otherKey}""` : text;
}

/** A value for the companion column. */
export function otherField(columns: PointColumns, value: PointValue, faulty: boolean): string {
  return columns.otherKey + quoted(otherText(value, faulty));
}

/** Line protocol, without the line end. */
export function textOf({ prefix, fields, at }: Line): string {
  let text = `${prefix} ${(fields[0] as Field).text}`;
  for (let n = 1; n < fields.length; n++) text += `,${(fields[n] as Field).text}`;
  return `${text} ${at}`;
}

/** Line protocol. */
export function textOfAll(lines: readonly Line[]): string {
  let text = "";
  for (const line of lines) text += `${textOf(line)}\n`;
  return text;
}
