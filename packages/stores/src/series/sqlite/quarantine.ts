import { existsSync, renameSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { openForReading } from "./database.ts";
import { DayFile } from "./day-file.ts";
import { filePlace, HOURS_A_DAY, MOST_SERIES, placeOf } from "./layout.ts";
import { BUCKET_STEP, SHAPES, stretchKey } from "./summary-row.ts";

/**
 * Puts a damaged day file, with its log, under a name that nobody reads, for a person to look at. In the new file the
 * hours that have summaries count as rolled up: what is left of the day stays visible in them.
 */
export function setAside(dir: string, path: string): string {
  let number = 1;
  while (existsSync(`${path}.damaged-${number}`)) number++;
  const kept = `${path}.damaged-${number}`;
  renameSync(path, kept);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${kept}-wal`);
  rmSync(`${path}-shm`, { force: true });
  const place = placeOf(dir, basename(path));
  if (place?.level === "raw") {
    const day = new DayFile(dir, place.start);
    for (const hour of summarisedHours(dir, place.start)) day.endRollUp(hour);
    day.close();
  }
  return kept;
}

function summarisedHours(dir: string, day: number): number[] {
  const { path, start } = filePlace(dir, "1h", day);
  const db = openForReading(path);
  if (db === undefined) return [];
  try {
    const rows = db
      .prepare("SELECT DISTINCT k % ? AS hour FROM summary WHERE k >= ? AND k < ?")
      .all(BUCKET_STEP, stretchKey(SHAPES["1h"], start, day, 0), stretchKey(SHAPES["1h"], start, day, MOST_SERIES));
    return rows.map(({ hour }) => Number(hour)).filter((hour) => hour < HOURS_A_DAY);
  } finally {
    db.close();
  }
}
