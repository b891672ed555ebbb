import { FIVE_MINUTES, HOUR } from "../aggregate-query.ts";
import { addValue, mergeSummary, type Summary, summaryOf } from "../summary.ts";
import type { DayFile } from "./day-file.ts";
import { filePlace, type RollUpLevel, SLOTS_AN_HOUR } from "./layout.ts";
import { RollUpFile, type RollUpPart, type SeriesSummaries } from "./roll-up-file.ts";
import { valueOf } from "./values.ts";

/** An hour is rolled up this long after its end: what comes a little late is not yet "late". */
const GRACE_MS = 300_000;
/** Late (series, hour) pairs recomputed in one go. */
const DIRTY_A_STEP = 256;
const FIRST_BLOCK = 64;
const LARGEST_BLOCK = 16_384;
/** A step aims at about this long: what it does commits in one go and holds up a write. */
const STEP_MS = 20;

/** An hour being rolled up, series by series. */
interface HourJob {
  readonly day: number;
  readonly hour: number;
  /** Begun before and not ended: there may be summaries that are no longer true. */
  readonly again: boolean;
  next: number;
}

interface Part {
  readonly part: RollUpPart;
  readonly five: SeriesSummaries;
  readonly hours: SeriesSummaries;
}

/**
 * Recomputes roll-ups from raw readings: every hour once when it is over, and again the series of it that got something
 * later. Always: summaries to disk first, then the mark that they are complete; a crash between repeats the work.
 */
export class RollUps {
  readonly #dir: string;
  #job: HourJob | undefined;
  #block = FIRST_BLOCK;
  /** Of each level the file in use; time moves forward, so one is enough. */
  #files = new Map<RollUpLevel, RollUpFile>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Does one step for a day; false when the day has nothing due. */
  step(day: DayFile, now: number, endOfSeries: number): boolean {
    if (this.#job === undefined || this.#job.day !== day.start) {
      const hour = day.hourToRollUp(now - GRACE_MS);
      if (hour === undefined) return this.#recomputeLate(day);
      this.#job = { day: day.start, hour, again: day.wasBegun(hour), next: 0 };
      // an hour done in one step, as most are, needs no mark unless it has something to store
      if (endOfSeries > this.#block) day.beginRollUp(hour);
    }
    this.#rollUpBlock(this.#job, day, endOfSeries);
    return true;
  }

  /** The day with an hour begun, which is finished first. */
  get busyWith(): number | undefined {
    return this.#job?.day;
  }

  #rollUpBlock(job: HourJob, day: DayFile, endOfSeries: number): void {
    const began = performance.now();
    const end = Math.min(job.next + this.#block, endOfSeries);
    const part = this.#summarise(day, job.hour, job.next, end);
    if (part.five.size > 0 || job.again) {
      if (!day.wasBegun(job.hour)) day.beginRollUp(job.hour);
      this.#store(day, [part]);
    }
    job.next = end;
    if (end >= endOfSeries) {
      day.endRollUp(job.hour);
      this.#job = undefined;
    }
    const took = performance.now() - began;
    if (took < STEP_MS / 2) this.#block = Math.min(LARGEST_BLOCK, this.#block * 2);
    else if (took > STEP_MS * 2) this.#block = Math.max(1, this.#block >> 1);
  }

  #recomputeLate(day: DayFile): boolean {
    const dirty = day.dirtyHours(DIRTY_A_STEP);
    if (dirty.length === 0) return false;
    this.#store(
      day,
      dirty.map(({ series, hour }) => this.#summarise(day, hour, series, series + 1)),
    );
    day.clean(dirty);
    return true;
  }

  #summarise(day: DayFile, hour: number, first: number, end: number): Part {
    const five = new Map<number, Map<number, Summary>>();
    const hours = new Map<number, Map<number, Summary>>();
    const hourStart = day.start + hour * HOUR;
    for (let slot = 0; slot < SLOTS_AN_HOUR; slot++) {
      const start = hourStart + slot * FIVE_MINUTES;
      day.forEachGood(hour * SLOTS_AN_HOUR + slot, [first, end], (series, offset, stored, flags) => {
        const buckets = five.get(series) ?? new Map<number, Summary>();
        if (buckets.size === 0) five.set(series, buckets);
        const value = valueOf(stored, flags);
        const summary = buckets.get(start);
        if (summary) addValue(summary, day.start + offset, value);
        else buckets.set(start, summaryOf(day.start + offset, value));
      });
    }
    for (const [series, buckets] of five) {
      let whole: Summary | undefined;
      for (const summary of buckets.values()) {
        if (whole) mergeSummary(whole, summary);
        else whole = { ...summary };
      }
      if (whole) hours.set(series, new Map([[hourStart, whole]]));
    }
    return { part: { first, end, from: hourStart, to: hourStart + HOUR }, five, hours };
  }

  #store(day: DayFile, parts: readonly Part[]): void {
    this.#file("5m", day.start).replace(parts.map(({ part, five }) => ({ part, summaries: five })));
    this.#file("1h", day.start).replace(parts.map(({ part, hours }) => ({ part, summaries: hours })));
  }

  #file(level: RollUpLevel, at: number): RollUpFile {
    const place = filePlace(this.#dir, level, at);
    const open = this.#files.get(level);
    if (open?.path === place.path) return open;
    open?.close();
    const file = new RollUpFile(place, level);
    this.#files.set(level, file);
    return file;
  }

  /** Lets go of everything; an hour begun is begun again. */
  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
    this.#job = undefined;
  }
}
