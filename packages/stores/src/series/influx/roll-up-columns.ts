import type { PointType, PointValue } from "@linli/model";
import { FIVE_MINUTES, HOUR } from "../aggregate-query.ts";
import type { Summary } from "../summary.ts";
import { declaredType, fitsOwnColumn, otherText } from "./columns.ts";
import { quoted } from "./line.ts";
import { encodeName, escapeName } from "./names.ts";
import { type Cell, readMoment } from "./queries.ts";
import type { Level } from "./server.ts";

/**
 * How a summary stands in InfluxDB: measurement `{kind}_5m` or `{kind}_1h` in the database of its level, the tags of its
 * readings, the time at which its bucket starts, and a column for each fact, `load:mean`. `first` and `last` have the type
 * of the point's own column; a value that does not fit stands in `first_other`, `last_other` instead.
 */
export type RollUpLevel = Exclude<Level, "raw">;

export const BUCKET_MS: Readonly<Record<RollUpLevel, number>> = { "5m": FIVE_MINUTES, "1h": HOUR };

const FACTS = [
  "count",
  "numbers",
  "sum",
  "min",
  "max",
  "first",
  "first_other",
  "last",
  "last_other",
  "last_at",
] as const;

export function rollUpMeasurement(kind: string, level: RollUpLevel): string {
  return `${encodeName(kind)}_${level}`;
}

/** The kind in the name of a roll-up's measurement; `undefined` for the store's own bookkeeping. */
export function kindMeasurement(measurement: string, level: RollUpLevel): string | undefined {
  return measurement.endsWith(`_${level}`) ? measurement.slice(0, -level.length - 1) : undefined;
}

export function countColumn(point: string): string {
  return `${encodeName(point)}:count`;
}

/** All columns of a point that a summary is read from, in the order that `summaryOfRow` takes them in. */
export function summaryColumns(point: string): string[] {
  return FACTS.map((fact) => `${encodeName(point)}:${fact}`);
}

/** Takes a row of time and `summaryColumns`; `undefined` when nothing is left in the bucket. */
export function summaryOfRow(declared: PointType, row: readonly Cell[]): Summary | undefined {
  const [start, count, numbers, sum, min, max, first, firstOther, last, lastOther, lastAt] = row;
  if (typeof count !== "number" || count === 0) return undefined;
  const at = Number(start);
  return {
    count,
    numbers: Number(numbers ?? 0),
    // of numbers whose sum is beyond a double there is none
    sum: !numbers ? 0 : sum === null ? Number.NaN : Number(sum),
    min: !numbers || min === null ? Infinity : Number(min),
    max: !numbers || max === null ? -Infinity : Number(max),
    // kept of the last alone; of a single value they are the same
    firstAt: count === 1 && typeof lastAt === "number" ? lastAt : at,
    first: readMoment(declared, first, firstOther)?.value ?? 0,
    lastAt: typeof lastAt === "number" ? lastAt : at,
    last: readMoment(declared, last, lastOther)?.value ?? 0,
  };
}

/** Writes the summaries of one point of one kind as fields of a line. */
export class SummaryFields {
  readonly #declared: PointType;
  readonly #key: string;

  constructor(kind: string, point: string) {
    this.#declared = declaredType(kind, point);
    this.#key = `${escapeName(encodeName(point))}:`;
  }

  /** `replaces`: something stands there already, of which nothing must be left standing. */
  text({ count, numbers, sum, min, max, first, last, lastAt }: Summary, replaces: boolean): string {
    const fields = [`count=${count}`, `numbers=${numbers}`, `last_at=${lastAt}`];
    if (numbers > 0) {
      fields.push(`min=${number(min)}`, `max=${number(max)}`);
      if (Number.isFinite(sum)) fields.push(`sum=${number(sum)}`, `mean=${number(sum / numbers)}`);
    }
    fields.push(...this.#value("first", first, replaces), ...this.#value("last", last, replaces));
    return fields.map((field) => this.#key + field).join(",");
  }

  /** For a bucket in which nothing good is left. */
  nothing(): string {
    return `${this.#key}count=0,${this.#key}numbers=0`;
  }

  #value(name: "first" | "last", value: PointValue, replaces: boolean): string[] {
    if (!fitsOwnColumn(this.#declared, value)) return [`${name}_other=${quoted(otherText(value, false))}`];
    const own = `${name}=${typeof value === "string" ? quoted(value) : number(Number(value))}`;
    return replaces ? [own, `${name}_other=""`] : [own];
  }
}

function number(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
