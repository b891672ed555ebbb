import { assertNever, type PointValue } from "@linli/model";
import type { Aggregate } from "./port.ts";

/**
 * What is kept of the good values of one series in one stretch of time: enough to answer every aggregate exactly, and
 * two neighbours merge without loss. Booleans count as 0 and 1; texts have no sum, minimum and maximum.
 */
export interface Summary {
  count: number;
  /** Of these, numbers and booleans: what sum, min and max are over. */
  numbers: number;
  sum: number;
  min: number;
  max: number;
  firstAt: number;
  first: PointValue;
  lastAt: number;
  last: PointValue;
}

export function summaryOf(at: number, value: PointValue): Summary {
  const number = typeof value === "string" ? undefined : Number(value);
  return {
    count: 1,
    numbers: number === undefined ? 0 : 1,
    sum: number ?? 0,
    min: number ?? Infinity,
    max: number ?? -Infinity,
    firstAt: at,
    first: value,
    lastAt: at,
    last: value,
  };
}

/** Adds one value; in any order of time. */
export function addValue(summary: Summary, at: number, value: PointValue): void {
  summary.count++;
  if (typeof value !== "string") {
    const number = Number(value);
    summary.numbers++;
    summary.sum += number;
    if (number < summary.min) summary.min = number;
    if (number > summary.max) summary.max = number;
  }
  if (at < summary.firstAt) {
    summary.firstAt = at;
    summary.first = value;
  }
  if (at >= summary.lastAt) {
    summary.lastAt = at;
    summary.last = value;
  }
}

/** Adds another summary of the same series to the first. */
export function mergeSummary(into: Summary, other: Summary): void {
  into.count += other.count;
  into.numbers += other.numbers;
  into.sum += other.sum;
  into.min = Math.min(into.min, other.min);
  into.max = Math.max(into.max, other.max);
  if (other.firstAt < into.firstAt) {
    into.firstAt = other.firstAt;
    into.first = other.first;
  }
  if (other.lastAt >= into.lastAt) {
    into.lastAt = other.lastAt;
    into.last = other.last;
  }
}

function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** The aggregate asked for; null when it cannot be computed: no number among the values, or a sum beyond a double. */
export function aggregateOf(summary: Summary, fn: Aggregate): PointValue | null {
  switch (fn) {
    case "count":
      return summary.count;
    case "first":
      return summary.first;
    case "last":
      return summary.last;
    case "sum":
      return summary.numbers === 0 ? null : numberOrNull(summary.sum);
    case "mean":
      return summary.numbers === 0 ? null : numberOrNull(summary.sum / summary.numbers);
    case "min":
      return numberOrNull(summary.min);
    case "max":
      return numberOrNull(summary.max);
    default:
      return assertNever(fn);
  }
}
