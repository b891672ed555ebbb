import { LinliError } from "@linli/model";
import type { Row } from "./rows.ts";

/** Where a row's time comes from: a column of the file, or a steady interval when it has none. */
export type TimeSource =
  | { readonly column: string /** Offset for times without one, such as `+08:00` or `Z`. */; readonly zone: string }
  | { readonly intervalMs: number };

const HAS_OFFSET = /(Z|[+-]\d\d:?\d\d)$/i;

/** Epoch ms of a cell: a number of milliseconds, or an ISO-like date and time. */
function parseTime(cell: unknown, zone: string): number | undefined {
  const text = typeof cell === "string" || typeof cell === "number" ? String(cell).trim() : "";
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const iso = text.replace(" ", "T");
  const at = Date.parse(HAS_OFFSET.test(iso) ? iso : `${iso}${zone}`);
  return Number.isNaN(at) ? undefined : at;
}

/** When the n-th row (from 0) was recorded, epoch ms; for a steady interval the first row is at 0. Fails with `invalid`. */
export function rowTime(source: TimeSource, row: Row, index: number): number {
  if ("intervalMs" in source) return index * source.intervalMs;
  const at = parseTime(row.cells[source.column], source.zone);
  if (at !== undefined) return at;
  throw new LinliError("invalid", "a row has no usable time", {
    problems: [
      {
        field: `line ${row.line}, column ${source.column}`,
        value: row.cells[source.column],
        message: "not a date and time",
      },
    ],
  });
}

/** What to add to each row's time so that the last one is `end`; 0 keeps them as recorded. */
export function shiftToEnd(last: number, end: number | undefined): number {
  return end === undefined ? 0 : end - last;
}
