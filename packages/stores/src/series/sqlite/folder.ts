import { readdirSync, rmSync } from "node:fs";
import { type FilePlace, placeOf } from "./layout.ts";

/** The files of the folder, oldest first; none when the folder is not there. */
export function placesIn(dir: string): FilePlace[] {
  try {
    const places = readdirSync(dir).flatMap((name) => placeOf(dir, name) ?? []);
    return places.toSorted((a, b) => a.start - b.start);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return [];
  }
}

/** Deletes a file and its log. A reader that has it open goes on with what it has. */
export function deleteFile(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
}
