import type { SeriesPoint } from "../port.ts";
import type { DayRows } from "./day-file.ts";
import { DAY } from "./layout.ts";
import { flagsOf, storedValue } from "./values.ts";

/** One reading after the other as they came, by day, each identity once: what is overwritten within a batch is only counted. */
export class DayBatch implements DayRows {
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
