import type { PointType } from "@linli/model";
import { assertRange } from "../aggregate-query.ts";
import type { Bucket, HistoryPage, HistoryQuery, KeptSince, RollUpLevel, StoredSeries } from "../history.ts";
import type { Sample } from "../port.ts";
import { DAY, FAULTY, type FilePlace, MOST_SERIES, rawKey, SERIES_STEP, SLOT_STEP } from "./layout.ts";
import { OpenFiles, type ReadFile } from "./open-files.ts";
import { BUCKET_STEP, bucketStart, SHAPES, SUMMARY_COLUMNS, type SummaryRow, summaryOfRow } from "./summary-row.ts";
import { type StoredValue, valueOf } from "./values.ts";

const SLOTS = "SELECT id, start FROM slot ORDER BY start";
const READINGS = "SELECT k, v, f FROM raw WHERE k >= ? AND k < ? ORDER BY k";
const SUMMARIES = `SELECT ${SUMMARY_COLUMNS} FROM summary WHERE k >= ? AND k < ? ORDER BY k`;
/** Up to so many wanted series each is looked up by itself; more, and everything is read and sieved. */
const FEW_SERIES = 256;

interface Known {
  readonly deviceId: string;
  readonly point: string;
  readonly type: PointType;
}

/** What a page has gathered so far, by series. */
class Gathered<Entry> {
  readonly #known: ReadonlyMap<number, Known>;
  #series = new Map<number, Entry[]>();
  count = 0;

  constructor(known: ReadonlyMap<number, Known>) {
    this.#known = known;
  }

  add(series: number, entry: Entry): void {
    const entries = this.#series.get(series);
    if (entries) entries.push(entry);
    else if (this.#known.has(series)) this.#series.set(series, [entry]);
    else return;
    this.count++;
  }

  page(next: number | undefined): HistoryPage<Entry> {
    const series = [...this.#series].map(
      ([id, entries]): StoredSeries<Entry> => ({ ...(this.#known.get(id) as Known), entries }),
    );
    return next === undefined ? { series } : { series, next };
  }
}

/** Reads the folder's files from end to end, synchronously: runs in a worker thread. */
export class SeriesHistory {
  readonly #files: OpenFiles;

  constructor(dir: string) {
    this.#files = new OpenFiles(dir);
  }

  keptSince(): KeptSince {
    this.#files.refresh();
    const since = new Map(this.#files.catalogue()?.rows<[keyof KeptSince, number]>("SELECT level, since FROM kept"));
    return { raw: since.get("raw") ?? 0, "5m": since.get("5m") ?? 0, "1h": since.get("1h") ?? 0 };
  }

  #known(devices: ReadonlySet<string> | undefined): Map<number, Known> {
    const rows = this.#files
      .catalogue()
      ?.rows<[number, string, string, PointType]>("SELECT id, device, point, type FROM series ORDER BY id");
    const wanted = (rows ?? []).filter(([, deviceId]) => devices?.has(deviceId) !== false);
    return new Map(wanted.map(([id, deviceId, point, type]) => [id, { deviceId, point, type }]));
  }

  /** The spans of series ids to read: all in one, or the few that are wanted. */
  #spans(known: ReadonlyMap<number, Known>, devices: ReadonlySet<string> | undefined): [number, number][] {
    if (devices === undefined || known.size > FEW_SERIES) return [[0, MOST_SERIES]];
    return [...known.keys()].map((id) => [id, id + 1]);
  }

  /** Slot after slot, as they lie in the files: a page ends with a slot. */
  readings(query: HistoryQuery): HistoryPage<Sample> {
    const { from, to, limit, devices } = query;
    assertRange({ deviceId: "", points: [], from, to, limit });
    this.#files.refresh();
    const known = this.#known(devices);
    const spans = this.#spans(known, devices);
    const gathered = new Gathered<Sample>(known);
    for (const day of this.#files.between("raw", from, to)) {
      const file = this.#files.open(day.path);
      const slots = file?.rows<[number, number]>(SLOTS) ?? [];
      for (const [index, [id, start]] of slots.entries()) {
        const end = day.start + (slots[index + 1]?.[1] ?? DAY);
        if (end <= from || day.start + start >= to || file === undefined) continue;
        const base = day.start + start;
        for (const [first, beyond] of spans) {
          const rows = file.rows<[number, StoredValue, number]>(READINGS, rawKey(id, first, 0), rawKey(id, beyond, 0));
          for (const [key, stored, flags] of rows) {
            const at = base + (key % SERIES_STEP);
            if (at < from || at >= to) continue;
            const value = valueOf(stored, flags);
            gathered.add(
              Math.floor((key % SLOT_STEP) / SERIES_STEP),
              flags & FAULTY ? [at, value, "faulty"] : [at, value],
            );
          }
        }
        if (gathered.count >= limit && end < to) return gathered.page(end);
      }
    }
    return gathered.page(undefined);
  }

  /** Stretch after stretch: an hour of five-minute buckets, a day of hours. */
  rollUps(level: RollUpLevel, query: HistoryQuery): HistoryPage<Bucket> {
    const { from, limit, devices } = query;
    assertRange({ deviceId: "", points: [], from, to: query.to, limit });
    const to = Math.min(query.to, this.keptSince().raw);
    const known = this.#known(devices);
    const gathered = new Gathered<Bucket>(known);
    const { stretchMs } = SHAPES[level];
    for (const place of this.#files.between(level, from, to)) {
      const file = this.#files.open(place.path);
      if (file === undefined) continue;
      const begin = Math.max(place.start, from - (from % stretchMs));
      for (let stretch = begin; stretch < Math.min(to, place.end); stretch += stretchMs) {
        this.#addStretch(gathered, { file, place, level, stretch }, [from, to]);
        const end = stretch + stretchMs;
        if (gathered.count >= limit && end < to) return gathered.page(end);
      }
    }
    return gathered.page(undefined);
  }

  #addStretch(
    gathered: Gathered<Bucket>,
    at: { file: ReadFile; place: FilePlace; level: RollUpLevel; stretch: number },
    [from, to]: readonly [number, number],
  ): void {
    const { file, place, level, stretch } = at;
    const shape = SHAPES[level];
    const step = MOST_SERIES * BUCKET_STEP;
    const first = Math.floor((stretch - place.start) / shape.stretchMs) * step;
    for (const row of file.rows<SummaryRow>(SUMMARIES, first, first + step)) {
      const start = bucketStart(shape, place.start, row[0]);
      if (start < from || start >= to) continue;
      gathered.add(Math.floor((row[0] % step) / BUCKET_STEP), { start, summary: summaryOfRow(row, start) });
    }
  }

  close(): void {
    this.#files.close();
  }
}
