import type { PointValue } from "@linli/model";
import { addValue, type Summary, summaryOf } from "../summary.ts";
import { declaredType, otherColumn, ownColumn } from "./columns.ts";
import { decodeName, identifier } from "./names.ts";
import type { PagedRead } from "./paged-read.ts";
import { columnList, during, ofDevices, readMoment, type Stretch } from "./queries.ts";

/** A point of a device under one of the kinds that it was stored as. */
export interface PointOfKind {
  readonly deviceId: string;
  readonly measurement: string;
  readonly point: string;
}

export interface Moment {
  readonly at: number;
  readonly value: PointValue;
  readonly faulty: boolean;
}

/** The raw readings of a point, in order of time; those written twice at one moment, as a device moved, count once. */
export function momentsRead(
  { deviceId, measurement, point }: PointOfKind,
  { from, to, limit }: Stretch & { readonly limit: number },
  take: (moments: readonly Moment[]) => boolean,
): PagedRead {
  const declared = declaredType(decodeName(measurement), point);
  const columns = columnList([ownColumn(point), otherColumn(point)]);
  const source = `SELECT ${columns} FROM ${identifier(measurement)} WHERE ${ofDevices(deviceId)}`;
  return {
    level: "raw",
    from,
    to,
    limit,
    statement: (part, rows) => `${source} AND ${during(part)} LIMIT ${rows}`,
    take(rows) {
      const moments: Moment[] = [];
      for (const [time, own, other] of rows) {
        const at = Number(time);
        const read = readMoment(declared, own, other);
        if (read === undefined) continue;
        if (moments.at(-1)?.at === at) moments.pop();
        moments.push({ at, ...read });
      }
      return take(moments);
    },
  };
}

/** Adds the good ones among raw readings to the summaries of their buckets. */
export function summarise(
  buckets: Map<number, Summary>,
  moments: readonly Moment[],
  startOf: (at: number) => number,
): void {
  for (const { at, value, faulty } of moments) {
    if (faulty) continue;
    const start = startOf(at);
    const summary = buckets.get(start);
    if (summary) addValue(summary, at, value);
    else buckets.set(start, summaryOf(at, value));
  }
}
