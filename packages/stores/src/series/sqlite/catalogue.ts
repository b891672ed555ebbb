import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { PointType } from "@linli/model";
import { openForWriting, transact } from "./database.ts";
import { CATALOGUE, type Level } from "./layout.ts";

const SCHEMA = `
  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    point TEXT NOT NULL,
    type TEXT NOT NULL,
    newest_day INTEGER NOT NULL,
    UNIQUE (device, point)
  );
  CREATE TABLE kept (level TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO kept VALUES ('raw', 0), ('5m', 0), ('1h', 0)`;

/** A series is a point of a device. Its type may be declared anew: each stored value says by itself what it is. */
export interface Series {
  readonly id: number;
  readonly device: string;
  readonly point: string;
  type: PointType;
  /** The latest UTC day (its start) that has a reading: where `last` begins to look. */
  newestDay: number;
}

/** The writer's side of catalogue.db, all of it in memory: a series is looked up for every point. */
export class Catalogue {
  #db: DatabaseSync;
  #devices = new Map<string, Map<string, Series>>();
  #changed = new Set<Series>();
  #next = 1;
  /** The first day whose raw readings are kept: what is older would be summarised without its neighbours. */
  rawFrom = 0;

  constructor(dir: string) {
    this.#db = openForWriting(join(dir, CATALOGUE), SCHEMA);
    for (const row of this.#db.prepare("SELECT id, device, point, type, newest_day FROM series").iterate()) {
      const { id, device, point, type, newest_day: newestDay } = row;
      this.#keep({ id, device, point, type, newestDay } as unknown as Series);
      this.#next = Math.max(this.#next, Number(id) + 1);
    }
    this.rawFrom = Number(this.#db.prepare("SELECT since FROM kept WHERE level = 'raw'").get()?.since);
  }

  #keep(series: Series): void {
    const points = this.#devices.get(series.device) ?? new Map<string, Series>();
    points.set(series.point, series);
    this.#devices.set(series.device, points);
  }

  /** One more than the highest id. */
  get end(): number {
    return this.#next;
  }

  pointsOf(device: string): ReadonlyMap<string, Series> | undefined {
    return this.#devices.get(device);
  }

  /** Makes a series; on disk with the next `commit`. */
  add(device: string, point: string, type: PointType): Series {
    const series: Series = { id: this.#next++, device, point, type, newestDay: 0 };
    this.#keep(series);
    this.#changed.add(series);
    return series;
  }

  changed(series: Series): void {
    this.#changed.add(series);
  }

  /** Brings new and changed series to disk: before the readings that need them. */
  commit(): void {
    if (this.#changed.size === 0) return;
    const upsert = this.#db.prepare(`INSERT INTO series (id, device, point, type, newest_day) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET type = excluded.type, newest_day = excluded.newest_day`);
    transact(this.#db, () => {
      for (const { id, device, point, type, newestDay } of this.#changed)
        upsert.run(id, device, point, type, newestDay);
    });
    this.#changed.clear();
  }

  /** What a level says of the time before this moment is given up, for good. */
  keepSince(level: Level, moment: number): void {
    this.#db.prepare("UPDATE kept SET since = ? WHERE level = ? AND since < ?").run(moment, level, moment);
    if (level === "raw") this.rawFrom = Math.max(this.rawFrom, moment);
  }

  close(): void {
    this.#db.close();
  }
}
