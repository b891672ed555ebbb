import { mkdirSync } from "node:fs";
import { LinliError } from "@linli/model";
import type { KeptSince, RollUp } from "../history.ts";
import type { Retention, SeriesPoint, SeriesWriter, WriteOutcome } from "../port.ts";
import { refusal } from "../refusal.ts";
import { Catalogue, type Series } from "./catalogue.ts";
import { DamagedFile, noticingDamage } from "./database.ts";
import { DayBatch } from "./day-batch.ts";
import { DayFile } from "./day-file.ts";
import { placesIn } from "./folder.ts";
import { filePlace, MOST_SERIES, startOfDay } from "./layout.ts";
import { writeMovedRollUps } from "./moved-roll-ups.ts";
import { setAside } from "./quarantine.ts";
import { expireFiles } from "./retention.ts";
import { RollUps } from "./roll-ups.ts";

export interface SqliteSeriesWriterOptions {
  /** The folder of the series files; made when it is not there. */
  readonly dir: string;
  readonly retention: Retention;
}

/** Day files kept open: today's, yesterday's, and some for devices that catch up. */
const MOST_OPEN_DAYS = 12;

class SqliteSeriesWriter implements SeriesWriter {
  readonly #options: SqliteSeriesWriterOptions;
  #catalogue: Catalogue | undefined;
  #days = new Map<number, DayFile>();
  #rollUps: RollUps;
  /** Days that may have something to roll up; at the start any. */
  #unsettled: Set<number>;
  #expiredOn = -1;
  #closed = false;

  constructor(options: SqliteSeriesWriterOptions) {
    this.#options = options;
    this.#catalogue = new Catalogue(options.dir);
    this.#rollUps = new RollUps(options.dir);
    const days = placesIn(options.dir).filter(({ level }) => level === "raw");
    this.#unsettled = new Set(days.map(({ start }) => start));
  }

  async write(batch: readonly SeriesPoint[]): Promise<WriteOutcome> {
    if (this.#closed) throw new LinliError("unavailable", "the series store is closed");
    return this.#guarded(() => this.#write(batch));
  }

  #write(batch: readonly SeriesPoint[]): WriteOutcome {
    const catalogue = (this.#catalogue ??= new Catalogue(this.#options.dir));
    const { days, rejected } = this.#sort(catalogue, batch);
    catalogue.commit();
    let conflicts = 0;
    for (const [start, day] of days) {
      day.dropOverwritten();
      this.#unsettled.add(start);
      conflicts += day.conflicts + this.#day(start).write(day);
    }
    return { accepted: batch.length - rejected.length, conflicts, rejected };
  }

  /** Finds each reading's series and day; what can never be stored is set aside. */
  #sort(catalogue: Catalogue, batch: readonly SeriesPoint[]) {
    const days = new Map<number, DayBatch>();
    const rejected: { index: number; reason: string }[] = [];
    let owner: SeriesPoint["owner"] | undefined;
    let points: ReadonlyMap<string, Series> | undefined;
    let day = new DayBatch();
    let dayStart = -1;
    for (let index = 0; index < batch.length; index++) {
      const point = batch[index] as SeriesPoint;
      const reason = refusal(point) ?? this.#tooOld(catalogue, point);
      if (reason !== undefined) {
        rejected.push({ index, reason });
        continue;
      }
      // a message's values come together and share their owner
      if (point.owner !== owner || points === undefined) {
        owner = point.owner;
        points = catalogue.pointsOf(owner.deviceId);
      }
      let series = points?.get(point.point);
      if (series === undefined) {
        if (catalogue.end >= MOST_SERIES) {
          rejected.push({ index, reason: `more than ${MOST_SERIES} series` });
          continue;
        }
        series = catalogue.add(owner.deviceId, point.point, point.type);
      } else if (series.type !== point.type) {
        series.type = point.type;
        catalogue.changed(series);
      }
      const start = startOfDay(point.at);
      if (start > series.newestDay) {
        series.newestDay = start;
        catalogue.changed(series);
      }
      if (start !== dayStart) {
        dayStart = start;
        day = days.get(start) ?? new DayBatch();
        days.set(start, day);
      }
      day.add(series.id, point.at - start, point);
    }
    return { days, rejected };
  }

  #tooOld({ rawFrom }: Catalogue, { at }: SeriesPoint): string | undefined {
    return at < rawFrom ? `${new Date(at).toISOString()} is older than the raw readings kept` : undefined;
  }

  /** The day's file, opened when needed; the one not used for longest makes room. */
  #day(start: number): DayFile {
    const { path } = filePlace(this.#options.dir, "raw", start);
    const open = this.#days.get(start) ?? noticingDamage(path, () => new DayFile(this.#options.dir, start));
    this.#days.delete(start);
    this.#days.set(start, open);
    if (this.#days.size > MOST_OPEN_DAYS) {
      const [oldest, file] = this.#days.entries().next().value as [number, DayFile];
      this.#days.delete(oldest);
      file.close();
    }
    return open;
  }

  /** What SQLite or the disk refuses leaves nothing half done: everything is read anew before the next try. */
  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#closeFiles();
      if (error instanceof DamagedFile) {
        const kept = setAside(this.#options.dir, error.path);
        throw new LinliError("unavailable", `${error.message}; kept as ${kept}, a new file takes its place`, {
          cause: error,
        });
      }
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (code !== "ERR_SQLITE_ERROR" && syscall === undefined) throw error;
      throw new LinliError("unavailable", `series store: ${(error as Error).message}`, { cause: error });
    }
  }

  async keepSince(since: Partial<KeptSince>): Promise<void> {
    this.#guarded(() => {
      const catalogue = (this.#catalogue ??= new Catalogue(this.#options.dir));
      for (const level of ["raw", "5m", "1h"] as const) catalogue.keepSince(level, since[level] ?? 0);
    });
  }

  async writeRollUps(batch: readonly RollUp[]): Promise<WriteOutcome> {
    if (this.#closed) throw new LinliError("unavailable", "the series store is closed");
    return this.#guarded(() => {
      const catalogue = (this.#catalogue ??= new Catalogue(this.#options.dir));
      return writeMovedRollUps(this.#options.dir, catalogue, batch);
    });
  }

  async maintain(now: number, budgetMs: number): Promise<boolean> {
    if (this.#closed) return false;
    const until = performance.now() + budgetMs;
    return this.#guarded(() => {
      const catalogue = (this.#catalogue ??= new Catalogue(this.#options.dir));
      if (this.#rollUp(now, until, catalogue.end)) return true;
      this.#expire(catalogue, now);
      return false;
    });
  }

  /** Rolls up what is due, oldest day first; true when time ran out before the end. */
  #rollUp(now: number, until: number, endOfSeries: number): boolean {
    const begun = this.#rollUps.busyWith;
    const days = [...this.#unsettled].toSorted((a, b) => a - b);
    for (const start of begun === undefined ? days : [begun, ...days]) {
      const day = this.#day(start);
      while (this.#rollUps.step(day, now, endOfSeries)) {
        if (performance.now() >= until) return true;
      }
      if (day.isRolledUp) this.#unsettled.delete(start);
      if (performance.now() >= until && start !== days.at(-1)) return true;
    }
    return false;
  }

  #expire(catalogue: Catalogue, now: number): void {
    const today = startOfDay(now);
    if (this.#expiredOn === today) return;
    this.#expiredOn = today;
    expireFiles(this.#options, catalogue, now, (start) => {
      if (this.#unsettled.has(start)) return false;
      this.#days.get(start)?.close();
      this.#days.delete(start);
      return true;
    });
  }

  #closeFiles(): void {
    for (const day of this.#days.values()) day.close();
    this.#days.clear();
    this.#rollUps.close();
    this.#catalogue?.close();
    this.#catalogue = undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#closeFiles();
  }
}

/**
 * Writes the SQLite files of `dir`; one writer per folder. Works synchronously: it belongs into a worker thread.
 * `write` resolves when the batch is on disk (one fsync per day file touched), so larger batches are cheaper.
 * Fails with `conflict` when a newer version wrote the folder. A damaged day file is set aside when it is met: that call
 * fails with `unavailable` and says where the file is, the next one finds a new file.
 */
export async function openSqliteSeriesWriter(options: SqliteSeriesWriterOptions): Promise<SeriesWriter> {
  mkdirSync(options.dir, { recursive: true });
  return new SqliteSeriesWriter(options);
}
