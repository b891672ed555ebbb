import { LinliError, type PointType } from "@linli/model";
import type { Aggregate, AggregateQuery, RangeQuery } from "./port.ts";

export const FIVE_MINUTES = 300_000;
export const HOUR = 3_600_000;
const LEAST_BUCKET = 1_000;

const TEXT_TYPES: ReadonlySet<PointType> = new Set(["enum", "string", "list"]);
const OF_TEXT: ReadonlySet<Aggregate> = new Set(["count", "first", "last"]);

/** Fails with `invalid` for a range that no store could answer. */
export function assertRange({ from, to, limit }: RangeQuery): void {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
    throw new LinliError("invalid", `from ${from} and to ${to} must be whole milliseconds`);
  }
  if (!Number.isSafeInteger(limit) || limit < 1) throw new LinliError("invalid", `limit ${limit} must be at least 1`);
}

/** Fails with `invalid` for a bucket that is not whole milliseconds of at least a second. */
export function assertBuckets(query: AggregateQuery): void {
  assertRange(query);
  if (!Number.isSafeInteger(query.bucketMs) || query.bucketMs < LEAST_BUCKET) {
    throw new LinliError("invalid", `bucket of ${query.bucketMs} ms must be at least ${LEAST_BUCKET} ms`);
  }
}

/** Fails with `invalid` when a text point is asked for arithmetic. */
export function assertAnswers(point: string, type: PointType, fn: Aggregate): void {
  if (TEXT_TYPES.has(type) && !OF_TEXT.has(fn)) {
    throw new LinliError("invalid", `${point} is text: it has ${[...OF_TEXT].join(", ")}, not ${fn}`);
  }
}
