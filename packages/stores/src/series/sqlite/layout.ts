import { join } from "node:path";

/**
 * How the folder is laid out. One file per stretch of time and level, so that retention deletes files, never rows:
 *
 *   catalogue.db      series ids, and the first day whose raw readings are kept
 *   2026-11-23.db     raw readings of one UTC day
 *   5m-2026-11.db     five-minute summaries of one month
 *   1h-2026.db        one-hour summaries of one year
 */
export const FORMAT = 1;

export const DAY = 86_400_000;
export const HOURS_A_DAY = 24;
export const SLOTS_A_DAY = 288;
export const SLOTS_AN_HOUR = 12;

/** Bits of a raw key below the slot: 22 of series, 19 of milliseconds (a slot is at most five minutes). */
export const SERIES_STEP = 2 ** 19;
export const SLOT_STEP = 2 ** 41;
export const MOST_SERIES = 2 ** 22;
export const MOST_SLOTS = 2 ** 12;

/**
 * The key of a raw reading. Slot first, so that what arrives together lies together: a write touches few pages even
 * with tens of thousands of series. 53 bits, exact as a JavaScript number and as SQLite's integer row key.
 */
export function rawKey(slot: number, series: number, offset: number): number {
  return slot * SLOT_STEP + series * SERIES_STEP + offset;
}

/** What the flags of a stored value say; texts are known by SQLite's own type. */
export const BOOLEAN = 1;
export const FAULTY = 2;

export const CATALOGUE = "catalogue.db";

export type Level = "raw" | "5m" | "1h";
export type RollUpLevel = Exclude<Level, "raw">;

/** Where a file stands: its level and the stretch of time [start, end) it holds. */
export interface FilePlace {
  readonly level: Level;
  readonly start: number;
  readonly end: number;
  readonly path: string;
}

const PATTERNS: readonly (readonly [Level, RegExp])[] = [
  ["raw", /^(\d{4})-(\d\d)-(\d\d)\.db$/],
  ["5m", /^5m-(\d{4})-(\d\d)\.db$/],
  ["1h", /^1h-(\d{4})\.db$/],
];

/** Reads a file's name; `undefined` for a file that is not one of these. */
export function placeOf(dir: string, name: string): FilePlace | undefined {
  for (const [level, pattern] of PATTERNS) {
    const found = pattern.exec(name);
    if (found)
      return filePlace(dir, level, Date.UTC(Number(found[1]), Number(found[2] ?? 1) - 1, Number(found[3] ?? 1)));
  }
  return undefined;
}

/** The file of a level that holds a moment. */
export function filePlace(dir: string, level: Level, at: number): FilePlace {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const text = date.toISOString();
  switch (level) {
    case "raw":
      return {
        level,
        start: Date.UTC(year, month, day),
        end: Date.UTC(year, month, day + 1),
        path: join(dir, `${text.slice(0, 10)}.db`),
      };
    case "5m":
      return {
        level,
        start: Date.UTC(year, month),
        end: Date.UTC(year, month + 1),
        path: join(dir, `5m-${text.slice(0, 7)}.db`),
      };
    case "1h":
      return {
        level,
        start: Date.UTC(year, 0),
        end: Date.UTC(year + 1, 0),
        path: join(dir, `1h-${text.slice(0, 4)}.db`),
      };
  }
}

export function startOfDay(at: number): number {
  return at - (at % DAY);
}
