import type { RollUp } from "../history.ts";
import type { WriteOutcome } from "../port.ts";
import { rollUpRefusal } from "../refusal.ts";
import type { Catalogue } from "./catalogue.ts";
import { type FilePlace, filePlace, MOST_SERIES, type RollUpLevel, startOfDay } from "./layout.ts";
import { RollUpFile } from "./roll-up-file.ts";

type Placed = RollUp & { readonly series: number };

/** The file each bucket belongs into; what cannot be stored is set aside. Series that are new are in the catalogue. */
function sort(dir: string, catalogue: Catalogue, batch: readonly RollUp[]) {
  const files = new Map<string, { place: FilePlace; level: RollUpLevel; buckets: Placed[] }>();
  const rejected: { index: number; reason: string }[] = [];
  for (const [index, rollUp] of batch.entries()) {
    const { owner, point, type, level, start } = rollUp;
    const known = catalogue.pointsOf(owner.deviceId)?.get(point);
    const full = known === undefined && catalogue.end >= MOST_SERIES ? `more than ${MOST_SERIES} series` : undefined;
    const reason = rollUpRefusal(rollUp, catalogue.rawFrom) ?? full;
    if (reason !== undefined) {
      rejected.push({ index, reason });
      continue;
    }
    const series = known ?? catalogue.add(owner.deviceId, point, type);
    if (startOfDay(start) > series.newestDay) {
      series.newestDay = startOfDay(start);
      catalogue.changed(series);
    }
    const place = filePlace(dir, level, start);
    const file = files.get(place.path) ?? { place, level, buckets: [] };
    files.set(place.path, file);
    file.buckets.push({ ...rollUp, series: series.id });
  }
  return { files, rejected };
}

/** Stores buckets that another store rolled up. All of the batch is on disk when it returns. */
export function writeMovedRollUps(dir: string, catalogue: Catalogue, batch: readonly RollUp[]): WriteOutcome {
  const { files, rejected } = sort(dir, catalogue, batch);
  catalogue.commit();
  for (const { place, level, buckets } of files.values()) {
    const file = new RollUpFile(place, level);
    try {
      file.put(buckets);
    } finally {
      file.close();
    }
  }
  return { accepted: batch.length - rejected.length, conflicts: 0, rejected };
}
