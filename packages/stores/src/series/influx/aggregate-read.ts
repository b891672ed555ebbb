import { isLinliError, type PointValue } from "@linli/model";
import { assertAnswers } from "../aggregate-query.ts";
import type { AggregateQuery, Sample } from "../port.ts";
import { aggregateOf, mergeSummary, type Summary } from "../summary.ts";
import { declaredType, otherColumn, ownColumn, readOwn } from "./columns.ts";
import { decodeName, identifier } from "./names.ts";
import { type PagedRead, readPaged } from "./paged-read.ts";
import { columnList, during, ofDevices, type Row, type Stretch } from "./queries.ts";
import { momentsRead, summarise } from "./raw-reads.ts";
import {
  BUCKET_MS,
  countColumn,
  type RollUpLevel,
  rollUpMeasurement,
  summaryColumns,
  summaryOfRow,
} from "./roll-up-columns.ts";
import type { InfluxServer, Level } from "./server.ts";

/** Buckets asked for in one go; those among them that need it are made of single readings. */
const BUCKETS_A_ROUND = 2_000;

export interface AggregateOfPoint extends Omit<AggregateQuery, "points"> {
  readonly point: string;
  /** Measurements of the kinds under which raw readings of the device stand, and of those under which roll-ups do. */
  readonly raw: readonly string[];
  readonly rolledUp: readonly string[];
  /** `bucketMs` is a multiple of its buckets. */
  readonly level: Level;
  /** Since when each level says everything. */
  readonly since: Readonly<Record<Level, number>>;
}

/** The stretches that a set of buckets covers, neighbours as one. */
function stretchesOf(starts: Iterable<number>, bucketMs: number): Stretch[] {
  const stretches: { from: number; to: number }[] = [];
  for (const start of [...starts].toSorted((a, b) => a - b)) {
    const last = stretches.at(-1);
    if (last?.to === start) last.to = start + bucketMs;
    else stretches.push({ from: start, to: start + bucketMs });
  }
  return stretches;
}

/**
 * The aggregates of one point. Buckets that have good values alone are computed by the server. Those that hold
 * companions, that reach back to where raw readings are no longer kept, or that the device spent as two kinds, are
 * computed here from single readings.
 */
export class AggregateRead {
  readonly #server: InfluxServer;
  readonly #query: AggregateOfPoint;
  readonly #startOf: (at: number) => number;
  /** What was computed here, and what the server has computed; no bucket is in both. */
  readonly #summaries = new Map<number, Summary>();
  readonly #computed = new Map<number, PointValue>();

  constructor(server: InfluxServer, query: AggregateOfPoint) {
    const { bucketMs } = query;
    this.#server = server;
    this.#query = query;
    this.#startOf = (at) => Math.floor(at / bucketMs) * bucketMs;
  }

  /** The samples in order of time; more than the limit when there are more. */
  async samples(): Promise<Sample[]> {
    const { from, to, limit, level, since, fn } = this.#query;
    const rawFrom = Math.max(from, since.raw);
    if (level !== "raw") await this.#addRollUps(level, { from, to: Math.min(to, rawFrom) });
    let next = rawFrom;
    while (next < to && this.#summaries.size + this.#computed.size <= limit) {
      next = await this.#addRaw({ from: next, to });
    }
    this.#refuseTexts();
    const summed = [...this.#summaries].map(([start, summary]): Sample => [start, aggregateOf(summary, fn)]);
    return [...summed, ...this.#computed].toSorted(([a], [b]) => a - b);
  }

  async #addRollUps(level: RollUpLevel, { from, to }: Stretch): Promise<void> {
    const { rolledUp, since } = this.#query;
    const step = BUCKET_MS[level];
    // at the edge of what is left a bucket is all or nothing: it belongs to the range that holds its start
    const first = Math.ceil(Math.max(from, since[level]) / step) * step;
    await readPaged(
      this.#server,
      rolledUp.map((measurement) => this.#rollUpRead(measurement, level, { from: first, to })),
    );
  }

  #rollUpRead(measurement: string, level: RollUpLevel, { from, to }: Stretch): PagedRead {
    const { deviceId, point, limit } = this.#query;
    const kind = decodeName(measurement);
    const declared = declaredType(kind, point);
    const table = identifier(rollUpMeasurement(kind, level));
    const source = `SELECT ${columnList(summaryColumns(point))} FROM ${table} WHERE ${ofDevices(deviceId)}`;
    const found = new Set<number>();
    return {
      level,
      from,
      to,
      limit: Infinity,
      statement: (part, rows) =>
        `${source} AND ${identifier(countColumn(point))} > 0 AND ${during(part)} LIMIT ${rows}`,
      take: (rows) => {
        const summaries = rows.flatMap((row) => summaryOfRow(declared, row) ?? []);
        // of a bucket in which it moved, the place that it left comes first
        for (const summary of summaries.toSorted((a, b) => a.firstAt - b.firstAt || a.lastAt - b.lastAt)) {
          const start = this.#startOf(summary.firstAt);
          found.add(start);
          this.#merge(start, summary);
        }
        return found.size <= limit + 1;
      },
    };
  }

  #merge(start: number, summary: Summary): void {
    const known = this.#summaries.get(start);
    if (known) mergeSummary(known, summary);
    else this.#summaries.set(start, summary);
  }

  /** Adds the next buckets; returns where those after them begin. */
  async #addRaw(part: Stretch): Promise<number> {
    const { raw, point, bucketMs, limit, fn } = this.#query;
    const most = Math.min(limit + 1, BUCKETS_A_ROUND);
    let pages: readonly (readonly Row[])[];
    try {
      pages = await Promise.all(raw.map((measurement) => this.#buckets(measurement, part, most)));
    } catch (error) {
      // a sum beyond a double, a column of another type than it should be: single readings can answer it all the same
      if (isLinliError(error, "invalid")) return this.#addSingle(part, most);
      throw error;
    }
    const ends = pages.filter((rows) => rows.length >= most).map((rows) => Number(rows.at(-1)?.[0]) + bucketMs);
    const end = Math.min(part.to, ...ends);
    const single = new Set<number>();
    for (const [index, rows] of pages.entries()) {
      const declared = declaredType(decodeName(raw[index] as string), point);
      for (const [time, value = null, others] of rows) {
        const start = Number(time);
        if (start >= end) continue;
        const isShared = single.has(start) || this.#summaries.has(start) || this.#computed.delete(start);
        if (isShared || others || value === null) single.add(start);
        else this.#computed.set(start, fn === "first" || fn === "last" ? readOwn(declared, value) : value);
      }
    }
    for (const { from, to } of stretchesOf(single, bucketMs)) {
      await this.#addSingle({ from: Math.max(from, part.from), to: Math.min(to, end) }, Infinity);
    }
    return end;
  }

  async #buckets(measurement: string, part: Stretch, limit: number): Promise<readonly Row[]> {
    const { deviceId, point, fn, bucketMs } = this.#query;
    const columns = `${fn}(${identifier(ownColumn(point))}), count(${identifier(otherColumn(point))})`;
    const source = `SELECT ${columns} FROM ${identifier(measurement)} WHERE ${ofDevices(deviceId)}`;
    const buckets = `GROUP BY time(${bucketMs}ms) fill(none) LIMIT ${limit}`;
    const [answer] = await this.#server.query("raw", `${source} AND ${during(part)} ${buckets}`);
    return answer?.series[0]?.values ?? [];
  }

  /** Adds buckets from single readings, at most about so many; returns up to where. */
  async #addSingle({ from, to }: Stretch, most: number): Promise<number> {
    const { deviceId, point, raw } = this.#query;
    const found = raw.map((measurement) => ({ measurement, buckets: new Map<number, Summary>() }));
    const reads = found.map(({ measurement, buckets }) =>
      momentsRead({ deviceId, measurement, point }, { from, to, limit: Infinity }, (moments) => {
        summarise(buckets, moments, this.#startOf);
        return buckets.size <= most;
      }),
    );
    await readPaged(this.#server, reads);
    // the newest of too many may not be whole
    const ends = found.filter(({ buckets }) => buckets.size > most).map(({ buckets }) => Math.max(...buckets.keys()));
    const end = Math.min(to, ...ends);
    for (const { buckets } of found) {
      for (const [start, summary] of buckets) if (start < end) this.#merge(start, summary);
    }
    return end;
  }

  /** A point that the kind does not declare is known as text by its values alone. */
  #refuseTexts(): void {
    const { point, fn } = this.#query;
    if (this.#computed.size > 0 || this.#summaries.size === 0) return;
    for (const { numbers } of this.#summaries.values()) if (numbers > 0) return;
    assertAnswers(point, "string", fn);
  }
}
