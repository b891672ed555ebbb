import type { Line } from "./line.ts";
import { partByColumn } from "./partition.ts";

const KNOWN_FOR_MS = 60_000;
const MOST = 32;

interface Column {
  readonly measurement: string;
  readonly field: string;
  readonly until: number;
}

/** Columns that were refused a moment ago: their readings are sent apart, so that one of them does not refuse each batch. */
export class BadColumns {
  readonly #columns = new Map<string, Column>();

  note(measurement: string, field: string, now: number): void {
    const key = JSON.stringify([measurement, field]);
    this.#columns.delete(key);
    this.#columns.set(key, { measurement, field, until: now + KNOWN_FOR_MS });
    const [oldest] = this.#columns.keys();
    if (this.#columns.size > MOST && oldest !== undefined) this.#columns.delete(oldest);
  }

  /** The lines without them, then what each of them has; no group is empty. */
  apart(lines: readonly Line[], now: number): readonly (readonly Line[])[] {
    const groups: (readonly Line[])[] = [];
    let rest = lines;
    for (const [key, { measurement, field, until }] of this.#columns) {
      if (until <= now) {
        this.#columns.delete(key);
        continue;
      }
      const [good, bad] = partByColumn(rest, measurement, field);
      if (bad.length > 0) groups.push(bad);
      rest = good;
    }
    return rest.length > 0 ? [rest, ...groups] : groups;
  }
}
