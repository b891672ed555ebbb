import type { PointType, PointValue } from "@linli/model";
import { readOther, readOwn } from "./columns.ts";
import { encodeName, identifier, literal } from "./names.ts";
import type { QueriedSeries, QueriedStatement } from "./server.ts";

/** The moments that are stored: every question is bounded by them, or by less. */
export const TIME_BEGINS = 0;
export const TIME_ENDS = Date.UTC(2200, 0, 1);

/** Measurements of the raw database that are no kind of device. */
const NO_KIND: ReadonlySet<string> = new Set(["event", "transition"]);

/** A stretch of time, [from, to). */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export type Cell = string | number | boolean | null;
/** Its first cell is the time, epoch ms. */
export type Row = readonly Cell[];

export function isKind(measurement: string): boolean {
  return !NO_KIND.has(measurement);
}

/** The condition for a stretch of time. */
export function during({ from, to }: Stretch): string {
  return `time >= ${Math.max(from, TIME_BEGINS)}ms AND time < ${Math.min(to, TIME_ENDS)}ms`;
}

/** The condition for any of some devices. */
export function ofDevices(...deviceIds: readonly string[]): string {
  return `(${deviceIds.map((id) => `"device" = ${literal(encodeName(id))}`).join(" OR ")})`;
}

/** Columns, named as the server has them, separated by commas. */
export function columnList(columns: readonly string[]): string {
  return columns.map(identifier).join(", ");
}

/** Under which measurements devices were ever stored; all devices or one. */
export function measurementsOf(deviceId?: string): string {
  const which = deviceId === undefined ? "" : ` WHERE ${ofDevices(deviceId)}`;
  return `SHOW TAG VALUES WITH KEY = "device"${which}`;
}

/** The rows of a statement that answers with one series. */
export function rowsOf(statement: QueriedStatement | undefined): readonly Row[] {
  return statement?.series[0]?.values ?? [];
}

/** The columns of a statement that asked for `last` of several, without the name that the server gives to each. */
export function lastColumns(statement: QueriedStatement | undefined): string[] {
  const prefix = "last_";
  return (statement?.series ?? []).flatMap(({ columns, values }: QueriedSeries) =>
    columns.flatMap((column, index) => {
      const isThere = values.some((row) => row[index] !== null && row[index] !== undefined);
      return isThere && column.startsWith(prefix) ? [column.slice(prefix.length)] : [];
    }),
  );
}

/** The value of a moment: its companion column if that is not empty, else its own. */
export function readMoment(
  declared: PointType,
  own: Cell | undefined,
  other: Cell | undefined,
): { readonly value: PointValue; readonly faulty: boolean } | undefined {
  const instead = typeof other === "string" ? readOther(other) : undefined;
  if (instead !== undefined) return instead;
  return own === null || own === undefined ? undefined : { value: readOwn(declared, own), faulty: false };
}
