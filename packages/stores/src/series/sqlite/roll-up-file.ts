import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Bucket } from "../history.ts";
import type { Summary } from "../summary.ts";
import { openForWriting, transact } from "./database.ts";
import type { FilePlace, RollUpLevel } from "./layout.ts";
import { BUCKET_STEP, bucketInStretch, rowOf, SHAPES, SUMMARY_COLUMNS, stretchKey } from "./summary-row.ts";

const SCHEMA = `
  CREATE TABLE summary (k INTEGER PRIMARY KEY, n INTEGER NOT NULL, first_at INTEGER NOT NULL, first, first_f INTEGER NOT NULL,
    m INTEGER, total, low, high, last_at INTEGER, last, last_f INTEGER)`;

/** Summaries by series, then by the start of their bucket. */
export type SeriesSummaries = ReadonlyMap<number, ReadonlyMap<number, Summary>>;

/** Series [first, end) in the time [from, to), which lies within one stretch of the file. */
export interface RollUpPart {
  readonly first: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** The writer's side of one file of summaries. */
export class RollUpFile {
  readonly path: string;
  readonly #level: RollUpLevel;
  readonly #start: number;
  readonly #db: DatabaseSync;
  readonly #remove: StatementSync;
  readonly #insert: StatementSync;
  readonly #put: StatementSync;

  constructor(place: FilePlace, level: RollUpLevel) {
    this.path = place.path;
    this.#level = level;
    this.#start = place.start;
    this.#db = openForWriting(place.path, SCHEMA);
    this.#remove = this.#db.prepare("DELETE FROM summary WHERE k >= ? AND k < ? AND k % ? BETWEEN ? AND ?");
    const insert = `INTO summary (${SUMMARY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    this.#insert = this.#db.prepare(`INSERT ${insert}`);
    this.#put = this.#db.prepare(`INSERT OR REPLACE ${insert}`);
  }

  /** Puts new summaries in the place of all that the file says of these parts; on disk when it returns. */
  replace(parts: readonly { readonly part: RollUpPart; readonly summaries: SeriesSummaries }[]): void {
    transact(this.#db, () => {
      for (const { part, summaries } of parts) this.#replace(part, summaries);
    });
  }

  #replace({ first, end, from, to }: RollUpPart, summaries: SeriesSummaries): void {
    const shape = SHAPES[this.#level];
    this.#remove.run(
      stretchKey(shape, this.#start, from, first),
      stretchKey(shape, this.#start, from, end),
      BUCKET_STEP,
      bucketInStretch(shape, this.#start, from),
      bucketInStretch(shape, this.#start, to - 1),
    );
    for (const [series, buckets] of summaries) {
      const base = stretchKey(shape, this.#start, from, series);
      for (const [start, summary] of buckets) {
        this.#insert.run(...rowOf(base + bucketInStretch(shape, this.#start, start), start, summary));
      }
    }
  }

  /** Puts single buckets, each in the place of the one that was there; on disk when it returns. */
  put(buckets: readonly (Bucket & { readonly series: number })[]): void {
    const shape = SHAPES[this.#level];
    transact(this.#db, () => {
      for (const { series, start, summary } of buckets) {
        const key = stretchKey(shape, this.#start, start, series) + bucketInStretch(shape, this.#start, start);
        this.#put.run(...rowOf(key, start, summary));
      }
    });
  }

  close(): void {
    this.#db.close();
  }
}
