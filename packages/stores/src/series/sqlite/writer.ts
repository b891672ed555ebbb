import { mkdirSync } from "node:fs";
import { LinliError } from "@linli/model";
import type { Retention, SeriesPoint, SeriesWriter, WriteOutcome } from "../port.ts";
import { refusal } from "../refusal.ts";
import { Catalogue, type Series } from "./catalogue.ts";
import { DayFile, type DayRows } from "./day-file.ts";
import { DAY, MOST_SERIES, startOfDay } from "./layout.ts";
import { flagsOf, storedValue } from "./values.ts";

export interface SqliteSeriesWriterOptions {
  /** The folder of the series files; made when it is not there. */
  readonly dir: string;
  readonly retention: Retention;
}

/** Day files kept open: today's, yesterday's, and some for devices that catch up. */
const MOST_OPEN_DAYS = 12;

/** One reading after the other as they came, by day, each identity once: what is overwritten within a batch is only counted. */
class DayBatch implements DayRows {
  series: number[] = [];
  offsets: number[] = [];
  values: (number | string)[] = [];
  flags: number[] = [];
  conflicts = 0;

  add(series: number, offset: number, point: SeriesPoint): void {
    this.series.push(series);
    this.offsets.push(offset);
    this.values.push(storedValue(point.value));
    this.flags.push(flagsOf(point.value, point.faulty));
  }

  /** Drops readings that a later one of the batch overwrites. */
  dropOverwritten(): void {
    const identities = new Float64Array(this.series.length);
    for (let index = 0; index < identities.length; index++) {
      identities[index] = (this.series[index] as number) * DAY + (this.offsets[index] as number);
    }
    const sorted = identities.toSorted();
    if (!sorted.some((identity, index) => index > 0 && identity === sorted[index - 1])) return;
    const given: DayRows = { series: this.series, offsets: this.offsets, values: this.values, flags: this.flags };
    const last = new Map<number, number>();
    for (const [index, identity] of identities.entries()) {
      const before = last.get(identity);
      if (before !== undefined && !this.#same(before, index)) this.conflicts++;
      last.set(identity, index);
    }
    [this.series, this.offsets, this.values, this.flags] = [[], [], [], []];
    for (const index of last.values()) {
      this.series.push(given.series[index] as number);
      this.offsets.push(given.offsets[index] as number);
      this.values.push(given.values[index] as number | string);
      this.flags.push(given.flags[index] as number);
    }
  }

  #same(a: number, b: number): boolean {
    return this.values[a] === this.values[b] && this.flags[a] === this.flags[b];
  }
}

class SqliteSeriesWriter implements SeriesWriter {
  readonly #options: SqliteSeriesWriterOptions;
  #catalogue: Catalogue | undefined;
  #days = new Map<number, DayFile>();
  #closed = false;

  constructor(options: SqliteSeriesWriterOptions) {
    this.#options = options;
    this.#catalogue = new Catalogue(options.dir);
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
    const open = this.#days.get(start) ?? new DayFile(this.#options.dir, start);
    this.#days.delete(start);
    this.#days.set(start, open);
    if (this.#days.size > MOST_OPEN_DAYS) {
      const [oldest, file] = this.#days.entries().next().value as [number, DayFile];
      this.#days.delete(oldest);
      file.close();
    }
    return open;
  }

  /** What SQLite refuses (full disk, I/O) leaves nothing half done: everything is read anew before the next try. */
  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if ((error as { code?: unknown }).code !== "ERR_SQLITE_ERROR") throw error;
      this.#closeFiles();
      throw new LinliError("unavailable", `series store: ${(error as Error).message}`, { cause: error });
    }
  }

  async maintain(_now: number, _budgetMs: number): Promise<boolean> {
    return false;
  }

  #closeFiles(): void {
    for (const day of this.#days.values()) day.close();
    this.#days.clear();
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
 * Fails with `conflict` when a newer version wrote the folder.
 */
export async function openSqliteSeriesWriter(options: SqliteSeriesWriterOptions): Promise<SeriesWriter> {
  mkdirSync(options.dir, { recursive: true });
  return new SqliteSeriesWriter(options);
}
