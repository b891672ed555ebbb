import type { DatabaseSync, StatementSync } from "node:sqlite";
import { HOUR } from "../aggregate-query.ts";
import { noticingDamage, openForWriting, transact } from "./database.ts";
import { FAULTY, filePlace, HOURS_A_DAY, rawKey, SERIES_STEP } from "./layout.ts";
import { SLOTS_SCHEMA, Slots } from "./slots.ts";
import type { StoredValue } from "./values.ts";

/** Rows given to SQLite in one call: past some dozens the call itself no longer counts. */
const ROWS_A_CALL = 32;
const COLUMNS = 3;

const SCHEMA = `
  CREATE TABLE raw (k INTEGER PRIMARY KEY, v, f INTEGER NOT NULL);
  ${SLOTS_SCHEMA};
  CREATE TABLE hour (hour INTEGER PRIMARY KEY, rolled_up INTEGER NOT NULL);
  CREATE TABLE dirty (series INTEGER, hour INTEGER, PRIMARY KEY (series, hour)) WITHOUT ROWID`;

const ROW = "(?, ?, ?)";
const INSERT = "INSERT OR IGNORE INTO raw (k, v, f) VALUES";
const OVERWRITE = "UPDATE raw SET v = ?2, f = ?3 WHERE k = ?1 AND (v IS NOT ?2 OR f IS NOT ?3)";

/** Readings of one day, ready to be written: parallel arrays, each reading's identity once. */
export interface DayRows {
  readonly series: number[];
  /** Milliseconds into the day. */
  readonly offsets: number[];
  readonly values: StoredValue[];
  readonly flags: number[];
}

export interface DirtyHour {
  readonly series: number;
  readonly hour: number;
}

/**
 * The writer's side of one day of raw readings. An hour is rolled up once, all series together, when it is over; what
 * is written into it afterwards marks its (series, hour) dirty in the same transaction. So the hot path marks nothing.
 */
export class DayFile {
  readonly start: number;
  readonly path: string;
  #slots: Slots;
  #db: DatabaseSync;
  #insertMany: StatementSync;
  #insertOne: StatementSync;
  #overwrite: StatementSync;
  #markDirty: StatementSync;
  #selectGood: StatementSync;
  /** Hours whose roll-up has begun (0) or is done (1). */
  #rolled = new Map<number, number>();
  #dirty = new Set<number>();

  constructor(dir: string, at: number) {
    const { path, start } = filePlace(dir, "raw", at);
    this.path = path;
    this.start = start;
    this.#db = openForWriting(path, SCHEMA);
    this.#slots = new Slots(this.#db);
    this.#insertMany = this.#db.prepare(`${INSERT} ${Array(ROWS_A_CALL).fill(ROW).join()}`);
    this.#insertOne = this.#db.prepare(`${INSERT} ${ROW}`);
    this.#overwrite = this.#db.prepare(OVERWRITE);
    this.#markDirty = this.#db.prepare("INSERT OR IGNORE INTO dirty (series, hour) VALUES (?, ?)");
    this.#selectGood = this.#db.prepare("SELECT k, v, f FROM raw WHERE k >= ? AND k < ? AND f < ?");
    this.#selectGood.setReturnArrays(true);
    this.#load();
  }

  #load(): void {
    for (const row of this.#db.prepare("SELECT hour, rolled_up FROM hour").all()) {
      this.#rolled.set(Number(row.hour), Number(row.rolled_up));
    }
    for (const row of this.#db.prepare("SELECT series, hour FROM dirty").all()) {
      this.#dirty.add(Number(row.series) * HOURS_A_DAY + Number(row.hour));
    }
  }

  /** Writes in one transaction; answers how many overwrote another value. After a failure the file must be reopened. */
  write(rows: DayRows): number {
    return noticingDamage(this.path, () =>
      transact(this.#db, () => {
        const keys = this.#keysOf(rows);
        const conflicts = this.#insert(keys, rows);
        if (this.#rolled.size > 0) this.#markLate(rows);
        this.#slots.noteWritten(keys);
        return conflicts;
      }),
    );
  }

  #keysOf({ series, offsets }: DayRows): Float64Array {
    const keys = new Float64Array(series.length);
    for (let index = 0; index < keys.length; index++) {
      keys[index] = this.#slots.keyOf(series[index] as number, offsets[index] as number);
    }
    return keys;
  }

  #insert(keys: Float64Array, { values, flags }: DayRows): number {
    const whole = keys.length - (keys.length % ROWS_A_CALL);
    const cells = new Array<StoredValue>(ROWS_A_CALL * COLUMNS);
    let conflicts = 0;
    for (let first = 0; first < whole; first += ROWS_A_CALL) {
      for (let row = 0, cell = 0; row < ROWS_A_CALL; row++) {
        cells[cell++] = keys[first + row] as number;
        cells[cell++] = values[first + row] as StoredValue;
        cells[cell++] = flags[first + row] as number;
      }
      const { changes } = this.#insertMany.run(...cells);
      // fewer than given: some are there already, which is rare enough to look at each
      if (changes === ROWS_A_CALL) continue;
      for (let row = first; row < first + ROWS_A_CALL; row++) {
        conflicts += this.#overwriteOne(keys[row] as number, values[row] as StoredValue, flags[row] as number);
      }
    }
    for (let row = whole; row < keys.length; row++) {
      const [key, value, flag] = [keys[row] as number, values[row] as StoredValue, flags[row] as number];
      if (this.#insertOne.run(key, value, flag).changes === 0) conflicts += this.#overwriteOne(key, value, flag);
    }
    return conflicts;
  }

  #overwriteOne(key: number, value: StoredValue, flags: number): number {
    return Number(this.#overwrite.run(key, value, flags).changes);
  }

  #markLate({ series, offsets }: DayRows): void {
    for (let index = 0; index < series.length; index++) {
      const hour = Math.floor((offsets[index] as number) / HOUR);
      if (!this.#rolled.has(hour)) continue;
      const id = series[index] as number;
      const mark = id * HOURS_A_DAY + hour;
      if (this.#dirty.has(mark)) continue;
      this.#dirty.add(mark);
      this.#markDirty.run(id, hour);
    }
  }

  /** The first hour over by `now` that is not rolled up. */
  hourToRollUp(now: number): number | undefined {
    for (let hour = 0; hour < HOURS_A_DAY && this.start + (hour + 1) * HOUR <= now; hour++) {
      if (this.#rolled.get(hour) !== 1) return hour;
    }
    return undefined;
  }

  /** All 24 hours are, and nothing came later. */
  get isRolledUp(): boolean {
    return this.#dirty.size === 0 && this.hourToRollUp(Infinity) === undefined;
  }

  wasBegun(hour: number): boolean {
    return this.#rolled.has(hour);
  }

  /** From now on what is written into the hour marks it dirty. */
  beginRollUp(hour: number): void {
    this.#setRolled(hour, 0);
  }

  endRollUp(hour: number): void {
    this.#setRolled(hour, 1);
  }

  #setRolled(hour: number, value: number): void {
    this.#db.prepare("INSERT OR REPLACE INTO hour (hour, rolled_up) VALUES (?, ?)").run(hour, value);
    this.#rolled.set(hour, value);
  }

  dirtyHours(most: number): DirtyHour[] {
    return this.#db.prepare("SELECT series, hour FROM dirty LIMIT ?").all(most) as unknown as DirtyHour[];
  }

  clean(dirty: readonly DirtyHour[]): void {
    const remove = this.#db.prepare("DELETE FROM dirty WHERE series = ? AND hour = ?");
    transact(this.#db, () => {
      for (const { series, hour } of dirty) remove.run(series, hour);
    });
    for (const { series, hour } of dirty) this.#dirty.delete(series * HOURS_A_DAY + hour);
  }

  /** Good readings of the series [first, end) in one five minutes: called with (series, ms into the day, value, flags). */
  forEachGood(
    five: number,
    [first, end]: readonly [number, number],
    call: (series: number, offset: number, value: StoredValue, flags: number) => void,
  ): void {
    noticingDamage(this.path, () => this.#forEachGood(five, [first, end], call));
  }

  #forEachGood(
    five: number,
    [first, end]: readonly [number, number],
    call: (series: number, offset: number, value: StoredValue, flags: number) => void,
  ): void {
    for (const { id, start } of this.#slots.of(five)) {
      const base = rawKey(id, 0, 0);
      const rows = this.#selectGood.iterate(rawKey(id, first, 0), rawKey(id, end, 0), FAULTY);
      for (const row of rows as unknown as Iterable<[number, StoredValue, number]>) {
        const within = row[0] - base;
        call(Math.floor(within / SERIES_STEP), start + (within % SERIES_STEP), row[1], row[2]);
      }
    }
  }

  close(): void {
    this.#db.close();
  }
}
