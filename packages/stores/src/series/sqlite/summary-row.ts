import { FIVE_MINUTES, HOUR } from "../aggregate-query.ts";
import type { Summary } from "../summary.ts";
import { DAY, HOURS_A_DAY, MOST_SERIES, type RollUpLevel, SLOTS_AN_HOUR } from "./layout.ts";
import { flagsOf, type StoredValue, storedValue, valueOf } from "./values.ts";

export const SUMMARY_COLUMNS = "k, n, first_at, first, first_f, m, total, low, high, last_at, last, last_f";

/**
 * One row a series and bucket. Most buckets hold a single value: then all from `m` on is NULL and says the same as the
 * first.
 */
export type SummaryRow = [
  k: number,
  n: number,
  firstAt: number,
  first: StoredValue,
  firstFlags: number,
  m: number | null,
  total: number | null,
  low: number | null,
  high: number | null,
  lastAt: number | null,
  last: StoredValue | null,
  lastFlags: number | null,
];

/** How a level's keys are made: (stretch, series, bucket), the stretch being what is rolled up in one go. */
export interface RollUpShape {
  readonly stretchMs: number;
  readonly bucketMs: number;
  readonly buckets: number;
}

export const SHAPES: Readonly<Record<RollUpLevel, RollUpShape>> = {
  "5m": { stretchMs: HOUR, bucketMs: FIVE_MINUTES, buckets: SLOTS_AN_HOUR },
  "1h": { stretchMs: DAY, bucketMs: HOUR, buckets: HOURS_A_DAY },
};

export const BUCKET_STEP = 32;

/** The key of the first bucket of a series in the stretch that holds `at`. */
export function stretchKey({ stretchMs }: RollUpShape, fileStart: number, at: number, series: number): number {
  return (Math.floor((at - fileStart) / stretchMs) * MOST_SERIES + series) * BUCKET_STEP;
}

export function bucketInStretch({ stretchMs, bucketMs }: RollUpShape, fileStart: number, at: number): number {
  return Math.floor(((at - fileStart) % stretchMs) / bucketMs);
}

/** The start of the bucket that a key means. */
export function bucketStart({ stretchMs, bucketMs }: RollUpShape, fileStart: number, key: number): number {
  const stretch = Math.floor(key / (MOST_SERIES * BUCKET_STEP));
  return fileStart + stretch * stretchMs + (key % BUCKET_STEP) * bucketMs;
}

export function rowOf(key: number, start: number, summary: Readonly<Summary>): SummaryRow {
  const { count, numbers, sum, min, max, firstAt, first, lastAt, last } = summary;
  const head: [number, number, number, StoredValue, number] = [
    key,
    count,
    firstAt - start,
    storedValue(first),
    flagsOf(first, false),
  ];
  if (count === 1 && firstAt === lastAt) return [...head, null, null, null, null, null, null, null];
  return [...head, numbers, sum, min, max, lastAt - start, storedValue(last), flagsOf(last, false)];
}

export function summaryOfRow(row: SummaryRow, start: number): Summary {
  const [, count, firstAt, stored, firstFlags, numbers, sum, min, max, lastAt, last, lastFlags] = row;
  const first = valueOf(stored, firstFlags);
  const summary = { count, firstAt: start + firstAt, first };
  if (numbers === null) {
    const number = typeof stored === "string" ? undefined : stored;
    return {
      ...summary,
      numbers: number === undefined ? 0 : 1,
      sum: number ?? 0,
      min: number ?? Infinity,
      max: number ?? -Infinity,
      lastAt: start + firstAt,
      last: first,
    };
  }
  return {
    ...summary,
    numbers,
    // SQLite keeps NaN (infinity less infinity) as NULL
    sum: sum ?? Number.NaN,
    min: min ?? Infinity,
    max: max ?? -Infinity,
    lastAt: start + (lastAt ?? 0),
    last: valueOf(last ?? 0, lastFlags ?? 0),
  };
}
