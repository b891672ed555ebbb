import { type PointType } from "@linli/model";
import { assertAnswers, assertBuckets, assertRange, FIVE_MINUTES, HOUR } from "../aggregate-query.ts";
import type { AggregateQuery, RangeQuery, Sample, SeriesResult } from "../port.ts";
import { addValue, aggregateOf, mergeSummary, type Summary, summaryOf } from "../summary.ts";
import { DAY, FAULTY, type FilePlace, HOURS_A_DAY, type Level, type RollUpLevel, SERIES_STEP } from "./layout.ts";
import { OpenFiles } from "./open-files.ts";
import { bucketStart, SHAPES, SUMMARY_COLUMNS, type SummaryRow, stretchKey, summaryOfRow } from "./summary-row.ts";
import { type StoredValue, valueOf } from "./values.ts";

/** Of one series in one day file, slot after slot: a seek for each. */
const OF_SERIES = `SELECT s.start + (r.k & ${SERIES_STEP - 1}) AS moment, r.v, r.f
  FROM slot s CROSS JOIN raw r ON r.k >= (s.id << 41) + ?1 AND r.k < (s.id << 41) + ?1 + ${SERIES_STEP}`;
const IN_RANGE = `${OF_SERIES.replaceAll("?1", "CAST(?1 AS INTEGER)")}
  WHERE s.start >= ?2 AND s.start < ?4 AND moment >= ?3 AND moment < ?4 ORDER BY s.start, r.k LIMIT ?5`;
const NEWEST = `${OF_SERIES.replaceAll("?1", "CAST(?1 AS INTEGER)")} ORDER BY s.start DESC, r.k DESC LIMIT 1`;
const SUMMARIES = `SELECT ${SUMMARY_COLUMNS} FROM summary WHERE k >= ? AND k < ? ORDER BY k`;
const NEWEST_SUMMARY = `SELECT ${SUMMARY_COLUMNS} FROM summary WHERE k >= ? AND k < ? ORDER BY k DESC LIMIT 1`;

type RawRow = [offset: number, value: StoredValue, flags: number];

interface KnownSeries {
  readonly id: number;
  readonly point: string;
  readonly type: PointType;
  readonly newestDay: number;
}

/** A stretch of time and where it is answered from. */
interface Piece {
  readonly from: number;
  to: number;
  readonly raw: FilePlace | undefined;
}

function sampleOf(at: number, stored: StoredValue, flags: number): Sample {
  const value = valueOf(stored, flags);
  return flags & FAULTY ? [at, value, "faulty"] : [at, value];
}

/** Reads the folder's files, synchronously: runs in a worker thread. */
export class SeriesQueries {
  readonly #files: OpenFiles;

  constructor(dir: string) {
    this.#files = new OpenFiles(dir);
  }

  #seriesOf(deviceId: string): KnownSeries[] {
    this.#files.refresh();
    const rows = this.#files
      .catalogue()
      ?.rows<[number, string, PointType, number]>(
        "SELECT id, point, type, newest_day FROM series WHERE device = ? ORDER BY point",
        deviceId,
      );
    return (rows ?? []).map(([id, point, type, newestDay]) => ({ id, point, type, newestDay }));
  }

  points(deviceId: string): string[] {
    return this.#seriesOf(deviceId).map(({ point }) => point);
  }

  devices(): string[] {
    this.#files.refresh();
    const rows = this.#files.catalogue()?.rows<[string]>("SELECT DISTINCT device FROM series");
    // in the order of the names' characters, as everybody else sorts them
    return (rows ?? []).map(([device]) => device).toSorted();
  }

  range(query: RangeQuery): SeriesResult {
    assertRange(query);
    const known = new Map(this.#seriesOf(query.deviceId).map((series) => [series.point, series]));
    let truncated = false;
    const points = query.points.map((point) => {
      const series = known.get(point);
      const samples = series ? this.#samples(series.id, query) : [];
      if (samples.length > query.limit) {
        truncated = true;
        samples.length = query.limit;
      }
      return [point, samples] as const;
    });
    return { points: Object.fromEntries(points), truncated, level: "raw" };
  }

  #samples(series: number, { from, to, limit }: RangeQuery): Sample[] {
    const samples: Sample[] = [];
    for (const day of this.#files.between("raw", from, to)) {
      for (const [offset, value, flags] of this.#rawRows(day, series, {
        from,
        to,
        limit: limit + 1 - samples.length,
      })) {
        samples.push(sampleOf(day.start + offset, value, flags));
      }
      if (samples.length > limit) break;
    }
    return samples;
  }

  #rawRows(day: FilePlace, series: number, range: { from: number; to: number; limit: number }): RawRow[] {
    const from = Math.max(0, range.from - day.start);
    const to = Math.min(DAY, range.to - day.start);
    const firstSlot = from - (from % FIVE_MINUTES);
    const file = this.#files.open(day.path);
    return file?.rows<RawRow>(IN_RANGE, series * SERIES_STEP, firstSlot, from, to, range.limit) ?? [];
  }

  aggregate(query: AggregateQuery): SeriesResult {
    assertBuckets(query);
    const known = new Map(this.#seriesOf(query.deviceId).map((series) => [series.point, series]));
    for (const point of query.points) {
      const series = known.get(point);
      if (series) assertAnswers(point, series.type, query.fn);
    }
    const { level, bucketMs } = this.#levelFor(query);
    let truncated = false;
    const points = query.points.map((point) => {
      const series = known.get(point);
      const buckets = series ? this.#buckets(series.id, { ...query, bucketMs }, level) : [];
      if (buckets.length > query.limit) truncated = true;
      const samples = buckets
        .slice(0, query.limit)
        .map(([start, summary]): Sample => [start, aggregateOf(summary, query.fn)]);
      return [point, samples] as const;
    });
    return { points: Object.fromEntries(points), truncated, level };
  }

  /** The coarsest level that fits the bucket; when that level does not reach back, the next with wider buckets. */
  #levelFor({ bucketMs, from }: AggregateQuery): { level: Level; bucketMs: number } {
    const since = new Map(this.#files.catalogue()?.rows<[Level, number]>("SELECT level, since FROM kept"));
    const reaches = (level: Level) => from >= (since.get(level) ?? 0);
    const roundUp = (step: number) => Math.ceil(bucketMs / step) * step;
    if (bucketMs % HOUR === 0) return { level: "1h", bucketMs };
    const fits: Level = bucketMs % FIVE_MINUTES === 0 ? "5m" : "raw";
    if (fits === "raw" && reaches("raw")) return { level: "raw", bucketMs };
    if (reaches("5m") || (fits === "5m" && reaches("raw"))) return { level: "5m", bucketMs: roundUp(FIVE_MINUTES) };
    return { level: "1h", bucketMs: roundUp(HOUR) };
  }

  #buckets(series: number, query: AggregateQuery, level: Level): [number, Summary][] {
    const buckets = new Map<number, Summary>();
    const startOf = (at: number) => Math.floor(at / query.bucketMs) * query.bucketMs;
    for (const piece of this.#pieces(series, query, level)) {
      if (piece.raw !== undefined) this.#addRaw(buckets, startOf, { series, piece, day: piece.raw });
      else if (level !== "raw") this.#addSummaries(buckets, startOf, { series, piece, level });
      // the last bucket may go on in the next piece
      if (buckets.size > query.limit + 1) break;
    }
    return [...buckets].toSorted(([a], [b]) => a - b);
  }

  /** Cuts the range into pieces answered from raw readings and pieces answered from roll-ups. */
  #pieces(series: number, { from, to }: RangeQuery, level: Level): Piece[] {
    const pieces: Piece[] = [];
    const add = (piece: Piece) => {
      if (piece.from >= piece.to) return;
      const last = pieces.at(-1);
      if (last !== undefined && last.raw === piece.raw && last.to === piece.from) last.to = piece.to;
      else pieces.push(piece);
    };
    let done = from;
    for (const day of this.#files.between("raw", from, to)) {
      add({ from: done, to: day.start, raw: undefined });
      const rolledUp = level === "raw" ? new Set<number>() : this.#rolledUpHours(day, series, level);
      for (let hour = 0; hour < HOURS_A_DAY; hour++) {
        const start = day.start + hour * HOUR;
        const piece = { from: Math.max(from, start), to: Math.min(to, start + HOUR) };
        const whole = piece.to - piece.from === HOUR;
        add({ ...piece, raw: whole && rolledUp.has(hour) ? undefined : day });
      }
      done = Math.max(from, day.end);
    }
    add({ from: done, to, raw: undefined });
    return pieces;
  }

  /** The hours of a day whose roll-up has everything that was ever written into them for this series. */
  #rolledUpHours(day: FilePlace, series: number, level: RollUpLevel): Set<number> {
    if (this.#files.between(level, day.start, day.end).length === 0) return new Set();
    const rows = this.#files
      .open(day.path)
      ?.rows<[number]>(
        "SELECT hour FROM hour WHERE rolled_up = 1 EXCEPT SELECT hour FROM dirty WHERE series = ?",
        series,
      );
    return new Set(rows?.map(([hour]) => hour));
  }

  #addRaw(
    buckets: Map<number, Summary>,
    startOf: (at: number) => number,
    { series, piece, day }: { series: number; piece: Piece; day: FilePlace },
  ): void {
    for (const [offset, stored, flags] of this.#rawRows(day, series, { ...piece, limit: -1 })) {
      if (flags & FAULTY) continue;
      const at = day.start + offset;
      const start = startOf(at);
      const summary = buckets.get(start);
      if (summary) addValue(summary, at, valueOf(stored, flags));
      else buckets.set(start, summaryOf(at, valueOf(stored, flags)));
    }
  }

  #addSummaries(
    buckets: Map<number, Summary>,
    startOf: (at: number) => number,
    { series, piece, level }: { series: number; piece: Piece; level: RollUpLevel },
  ): void {
    const shape = SHAPES[level];
    // at the edge of what is left a bucket is all or nothing: it belongs to the range that holds its start
    const from = Math.ceil(piece.from / shape.bucketMs) * shape.bucketMs;
    for (const place of this.#files.between(level, from, piece.to)) {
      const end = Math.min(piece.to, place.end);
      const begin = Math.max(from, place.start);
      for (let stretch = begin - (begin % shape.stretchMs); stretch < end; stretch += shape.stretchMs) {
        const key = stretchKey(shape, place.start, stretch, series);
        const rows = this.#files.open(place.path)?.rows<SummaryRow>(SUMMARIES, key, key + shape.buckets) ?? [];
        for (const row of rows) {
          const at = bucketStart(shape, place.start, row[0]);
          if (at < begin || at >= end) continue;
          const start = startOf(at);
          const summary = buckets.get(start);
          if (summary) mergeSummary(summary, summaryOfRow(row, at));
          else buckets.set(start, summaryOfRow(row, at));
        }
      }
    }
  }

  /** The newest reading of each point; when its raw day is gone, the last good one that a roll-up kept. */
  last(deviceId: string): Record<string, Sample> {
    const newest = this.#seriesOf(deviceId).flatMap((series) => {
      const sample = this.#newestRaw(series) ?? this.#newestSummary(series);
      return sample ? [[series.point, sample] as const] : [];
    });
    return Object.fromEntries(newest);
  }

  #newestRaw({ id, newestDay }: KnownSeries): Sample | undefined {
    // the catalogue is written first: after a crash its day may have nothing yet
    for (const day of this.#files.between("raw", 0, newestDay + DAY).toReversed()) {
      const [row] = this.#files.open(day.path)?.rows<RawRow>(NEWEST, id * SERIES_STEP) ?? [];
      if (row) return sampleOf(day.start + row[0], row[1], row[2]);
    }
    return undefined;
  }

  #newestSummary({ id, newestDay }: KnownSeries): Sample | undefined {
    const shape = SHAPES["1h"];
    for (const place of this.#files.between("1h", newestDay, newestDay + DAY)) {
      const key = stretchKey(shape, place.start, newestDay, id);
      const [row] = this.#files.open(place.path)?.rows<SummaryRow>(NEWEST_SUMMARY, key, key + shape.buckets) ?? [];
      if (!row) continue;
      const { lastAt, last } = summaryOfRow(row, bucketStart(shape, place.start, row[0]));
      return [lastAt, last];
    }
    return undefined;
  }

  close(): void {
    this.#files.close();
  }
}
