import type { Retention } from "../port.ts";
import type { Catalogue } from "./catalogue.ts";
import { deleteFile, placesIn } from "./folder.ts";
import type { Level } from "./layout.ts";

const KEPT: Readonly<Record<Level, keyof Retention>> = { raw: "rawMs", "5m": "fiveMinutesMs", "1h": "hourMs" };

/**
 * Deletes the files whose whole stretch is older than their level's retention. Raw readings go only when `release` says
 * that they are rolled up. The catalogue learns first that they are gone: a late reading for such a day would otherwise
 * be summarised alone, in the place of the whole day's summary.
 */
export function expireFiles(
  { dir, retention }: { readonly dir: string; readonly retention: Retention },
  catalogue: Catalogue,
  now: number,
  release: (day: number) => boolean,
): void {
  for (const { level, start, end, path } of placesIn(dir)) {
    if (end > now - retention[KEPT[level]]) continue;
    if (level === "raw" && !release(start)) continue;
    catalogue.keepSince(level, end);
    deleteFile(path);
  }
}
