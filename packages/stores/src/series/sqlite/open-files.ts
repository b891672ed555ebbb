import { join } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { openForReading } from "./database.ts";
import { placesIn } from "./folder.ts";
import { CATALOGUE, type FilePlace, type Level } from "./layout.ts";

/** A file open for reading, with its statements. */
export class ReadFile {
  readonly #db: DatabaseSync;
  #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Rows as arrays, all at once: an open iterator would keep the write-ahead log from being folded in. */
  rows<Row extends unknown[]>(sql: string, ...values: (number | string)[]): Row[] {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement.all(...values) as unknown as Row[];
  }

  close(): void {
    this.#db.close();
  }
}

const MOST_OPEN = 64;

/** The files of the folder as they are now, opened when asked for; those not used for longest are closed. */
export class OpenFiles {
  readonly #dir: string;
  readonly #catalogue: string;
  #open = new Map<string, ReadFile>();
  #places: readonly FilePlace[] = [];

  constructor(dir: string) {
    this.#dir = dir;
    this.#catalogue = join(dir, CATALOGUE);
  }

  /** Looks at the folder: new files are seen, deleted ones closed. */
  refresh(): void {
    this.#places = placesIn(this.#dir);
    const present = new Set(this.#places.map(({ path }) => path));
    for (const [path, file] of this.#open) {
      if (path === this.#catalogue || present.has(path)) continue;
      this.#open.delete(path);
      file.close();
    }
  }

  /** The files of a level that hold something of [from, to), oldest first. */
  between(level: Level, from: number, to: number): FilePlace[] {
    return this.#places.filter((place) => place.level === level && place.start < to && place.end > from);
  }

  catalogue(): ReadFile | undefined {
    return this.open(this.#catalogue);
  }

  /** Undefined when the file is gone or not finished yet. */
  open(path: string): ReadFile | undefined {
    let file = this.#open.get(path);
    if (file === undefined) {
      const db = openForReading(path);
      if (db === undefined) return undefined;
      file = new ReadFile(db);
    }
    this.#open.delete(path);
    this.#open.set(path, file);
    if (this.#open.size > MOST_OPEN) {
      const [oldest, least] = this.#open.entries().next().value as [string, ReadFile];
      this.#open.delete(oldest);
      least.close();
    }
    return file;
  }

  close(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }
}
