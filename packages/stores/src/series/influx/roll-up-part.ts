import type { PointType } from "@linli/model";
import { FIVE_MINUTES, HOUR } from "../aggregate-query.ts";
import { addValue, mergeSummary, type Summary, summaryOf } from "../summary.ts";
import { declaredType, otherColumn, ownColumn } from "./columns.ts";
import { decodeName, escapeName, identifier } from "./names.ts";
import { columnList, during, ofDevices, readMoment, type Stretch } from "./queries.ts";
import { BUCKET_MS, countColumn, type RollUpLevel, rollUpMeasurement, SummaryFields } from "./roll-up-columns.ts";
import type { InfluxServer, QueriedSeries } from "./server.ts";
import { type FieldsLine, type Refused, writeLines } from "./summary-lines.ts";

/** Cells that an answer shall have: a few MB. */
const CELLS_AN_ANSWER = 300_000;
/** Rows asked for of each series until it is known how many there are. */
const FIRST_ROWS = 4;
const LEAST_ROWS = 2;
const TAGS = ["building", "community", "compound", "device"] as const;
const BY_SERIES = `GROUP BY ${columnList(TAGS)}`;

export interface RollUpPart extends Stretch {
  readonly measurement: string;
  /** So many that a row of all of them is not too long. */
  readonly points: readonly PointThere[];
  /** So many that a few rows of each are not too much: the server opens every series of theirs anew for each question. */
  readonly devices: readonly string[];
  /** There may be roll-ups of it already; what is no longer so must not be left standing. */
  readonly again: boolean;
}

/** A point that the database knows. */
export interface PointThere {
  readonly point: string;
  /** Whether it has a companion column. */
  readonly hasOther: boolean;
}

/** By series (as its tags in a line) the summaries of the points, by their place in `points`. */
type Bucket = Map<string, (Summary | undefined)[]>;

/** By series, which points have something in the database. */
type There = ReadonlyMap<string, readonly boolean[]>;

/** The tags of a series as they stand in a line; the server gives them without escapes. */
function tagsOf({ tags = {} }: QueriedSeries): string {
  return TAGS.reduce((text, key) => (tags[key] ? `${text},${key}=${escapeName(tags[key])}` : text), "");
}

function bucketAt(buckets: Map<number, Bucket>, start: number): Bucket {
  const known = buckets.get(start);
  if (known) return known;
  const bucket: Bucket = new Map();
  buckets.set(start, bucket);
  return bucket;
}

function summariesOf(bucket: Bucket, series: string): (Summary | undefined)[] {
  const known = bucket.get(series);
  if (known) return known;
  const summaries: (Summary | undefined)[] = [];
  bucket.set(series, summaries);
  return summaries;
}

/**
 * Rolls up some points of one kind over a stretch of whole hours: reads the single readings a window at a time, as wide as
 * keeps the answer small, and writes each bucket as soon as the window has passed it.
 */
export class PartRollUp {
  readonly #server: InfluxServer;
  readonly #part: RollUpPart;
  readonly #refused: Refused;
  readonly #source: string;
  /** The places of its columns in a row; 0 = it has none. */
  readonly #points: readonly { readonly declared: PointType; readonly own: number; readonly other: number }[];
  readonly #columns: number;
  readonly #fields: readonly SummaryFields[];
  readonly #buckets: Readonly<Record<RollUpLevel, Map<number, Bucket>>> = { "5m": new Map(), "1h": new Map() };
  /** Up to where buckets are written. */
  readonly #written: Record<RollUpLevel, number>;
  #cursor: number;
  #rowsASeries: number;
  /** Rows read so far. */
  rows = 0;

  constructor(server: InfluxServer, part: RollUpPart, options: { rowsASeries?: number | undefined; refused: Refused }) {
    const { measurement, points, from } = part;
    const kind = decodeName(measurement);
    this.#server = server;
    this.#part = part;
    this.#refused = options.refused;
    this.#rowsASeries = options.rowsASeries ?? FIRST_ROWS;
    this.#cursor = from;
    this.#written = { "5m": from, "1h": from };
    const columns = points.flatMap(({ point, hasOther }) => [
      ownColumn(point),
      ...(hasOther ? [otherColumn(point)] : []),
    ]);
    this.#source = `SELECT ${columnList(columns)} FROM ${identifier(measurement)} WHERE ${this.#which()}`;
    this.#columns = 1 + columns.length;
    let column = 1;
    this.#points = points.map(({ point, hasOther }) => {
      const own = column;
      column += hasOther ? 2 : 1;
      return { declared: declaredType(kind, point), own, other: hasOther ? own + 1 : 0 };
    });
    this.#fields = points.map(({ point }) => new SummaryFields(kind, point));
  }

  /** How many rows of each series are worth asking for the next time. */
  get rowsASeries(): number {
    return this.#rowsASeries;
  }

  #which(): string {
    return `${ofDevices(...this.#part.devices)} AND `;
  }

  /** Does one window; false when the part is done. */
  async step(): Promise<boolean> {
    const { to } = this.#part;
    const asked = this.#rowsASeries;
    const when = during({ from: this.#cursor, to });
    const [answer] = await this.#server.query("raw", `${this.#source}${when} ${BY_SERIES} LIMIT ${asked}`);
    const all = answer?.series ?? [];
    // a series cut off is complete up to its last row: there the next window begins
    const end = all.reduce(
      (least, { values }) => (values.length < asked ? least : Math.min(least, Number(values.at(-1)?.[0]))),
      to,
    );
    for (const series of all) this.#add(series, end);
    this.#adapt(all, end < to);
    this.#cursor = end;
    await this.#write(end);
    return end < to;
  }

  #add(series: QueriedSeries, end: number): void {
    const key = tagsOf(series);
    let start = -1;
    let summaries: (Summary | undefined)[] = [];
    for (const row of series.values) {
      const at = Number(row[0]);
      if (at >= end) return;
      this.rows++;
      if (at - (at % FIVE_MINUTES) !== start) {
        start = at - (at % FIVE_MINUTES);
        summaries = summariesOf(bucketAt(this.#buckets["5m"], start), key);
      }
      for (const [index, { declared, own, other }] of this.#points.entries()) {
        const read = readMoment(declared, row[own], other === 0 ? null : row[other]);
        if (read === undefined || read.faulty) continue;
        const summary = summaries[index];
        if (summary) addValue(summary, at, read.value);
        else summaries[index] = summaryOf(at, read.value);
      }
    }
  }

  #adapt(all: readonly QueriedSeries[], isCut: boolean): void {
    const rows = all.reduce((sum, { values }) => sum + values.length, 0);
    const cells = rows * this.#columns;
    if (cells > 2 * CELLS_AN_ANSWER) this.#rowsASeries = Math.max(LEAST_ROWS, this.#rowsASeries >> 1);
    else if (isCut && cells < CELLS_AN_ANSWER / 2) this.#rowsASeries *= 2;
    else if (!isCut) {
      const longest = all.reduce((most, { values }) => Math.max(most, values.length), 0);
      this.#rowsASeries = Math.max(FIRST_ROWS, 2 * longest);
    }
  }

  /** Writes the buckets that end by then; five minutes first, of which hours are made. */
  async #write(end: number): Promise<void> {
    for (const level of ["5m", "1h"] as const) {
      const step = BUCKET_MS[level];
      const from = this.#written[level];
      const to = end - (end % step);
      if (to <= from) continue;
      const there = this.#part.again ? await this.#there(level, { from, to }) : new Map<number, There>();
      const buckets = this.#buckets[level];
      const lines: FieldsLine[] = [];
      const starts = [...new Set([...buckets.keys(), ...there.keys()])].filter((start) => start < to);
      for (const start of starts.toSorted((a, b) => a - b)) {
        const bucket: Bucket = buckets.get(start) ?? new Map();
        buckets.delete(start);
        lines.push(...this.#lines(level, start, bucket, there.get(start) ?? new Map()));
        if (level === "5m") this.#addToHour(start, bucket);
      }
      await writeLines(this.#server, level, lines, { refused: this.#refused });
      this.#written[level] = to;
    }
  }

  #addToHour(start: number, bucket: Bucket): void {
    const hour = bucketAt(this.#buckets["1h"], start - (start % HOUR));
    for (const [key, summaries] of bucket) {
      const whole = summariesOf(hour, key);
      for (const [index, summary] of summaries.entries()) {
        if (summary === undefined) continue;
        const known = whole[index];
        if (known) mergeSummary(known, summary);
        else whole[index] = { ...summary };
      }
    }
  }

  /** Which summaries in the database have something in them. */
  async #there(level: RollUpLevel, stretch: Stretch): Promise<Map<number, There>> {
    const { measurement, points } = this.#part;
    const table = identifier(rollUpMeasurement(decodeName(measurement), level));
    const columns = columnList(points.map(({ point }) => countColumn(point)));
    const where = `${this.#which()}${during(stretch)}`;
    const [answer] = await this.#server.query(level, `SELECT ${columns} FROM ${table} WHERE ${where} ${BY_SERIES}`);
    const all = new Map<number, Map<string, boolean[]>>();
    for (const series of answer?.series ?? []) {
      const key = tagsOf(series);
      for (const [start, ...counts] of series.values) {
        const there = all.get(Number(start)) ?? new Map<string, boolean[]>();
        all.set(Number(start), there);
        there.set(
          key,
          counts.map((count) => Number(count) > 0),
        );
      }
    }
    return all;
  }

  #lines(level: RollUpLevel, at: number, bucket: Bucket, there: There): FieldsLine[] {
    const measurement = escapeName(rollUpMeasurement(decodeName(this.#part.measurement), level));
    return [...new Set([...bucket.keys(), ...there.keys()])].flatMap((series) => {
      const summaries = bucket.get(series);
      const stands = there.get(series);
      const fields = this.#fields.flatMap((point, index) => {
        const summary = summaries?.[index];
        if (summary) return [point.text(summary, stands?.[index] === true)];
        return stands?.[index] ? [point.nothing()] : [];
      });
      return fields.length > 0 ? [{ prefix: measurement + series, fields, at }] : [];
    });
  }
}
