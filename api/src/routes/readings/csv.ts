import type { Device } from "@linli/model";
import type { Sample } from "@linli/stores";
import type { Parts } from "../../parts.ts";
import { type ReadingsRequest, readSeries, unitOf } from "./query.ts";

const ROWS_AT_A_TIME = 20_000;
/** What a spreadsheet would take for a formula is kept from being one. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: Sample[1]): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The CSV of a range, however long, some thousand rows at a time: point by point, each in the order of time. */
export async function* readingsCsv(parts: Parts, device: Device, request: ReadingsRequest): AsyncGenerator<string> {
  yield "time,point,value,unit,flag\r\n";
  for (const point of request.points) {
    const unit = unitOf(device, point, request.fn) ?? "";
    for (let from = request.from; from < request.to; ) {
      const page = await readSeries(parts, { ...request, points: [point], from, limit: ROWS_AT_A_TIME });
      const samples = page.points[point] ?? [];
      const rows = samples.map(
        ([at, value, flag]) => `${new Date(at).toISOString()},${point},${cell(value)},${unit},${flag ?? ""}\r\n`,
      );
      if (rows.length > 0) yield rows.join("");
      const last = samples.at(-1)?.[0];
      if (!page.truncated || last === undefined) break;
      from = last + (request.bucketMs ?? 1);
    }
  }
}
