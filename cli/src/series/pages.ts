import {
  addValue,
  type Bucket,
  type HistoryPage,
  mergeSummary,
  type RollUpLevel,
  type Sample,
  type StoredSeries,
  type Summary,
  summaryOf,
} from "@linli/stores";
import type { HistoryReader, Plan } from "./plan.ts";

/** Entries of one page: some MB. */
const PAGE = 50_000;
const FIVE_MINUTES = 300_000;
const HOUR = 3_600_000;

/** A page and the stretch [from, to) that it is all of. */
export interface Stretch<Entry> {
  readonly series: readonly StoredSeries<Entry>[];
  readonly from: number;
  readonly to: number;
}

/** Page after page; the next one is asked for while the caller works on this one. */
async function* follow<Entry>(
  ask: (from: number, to: number) => Promise<HistoryPage<Entry>>,
  begin: number,
  end: number,
): AsyncGenerator<Stretch<Entry>> {
  if (begin >= end) return;
  let from = begin;
  let asked = ask(from, end);
  for (;;) {
    const { series, next } = await asked;
    if (next !== undefined && next < end) {
      asked = ask(next, end);
      // whoever stops in between never hears of it
      asked.catch(() => {});
    }
    yield { series, from, to: next ?? end };
    if (next === undefined || next >= end) return;
    from = next;
  }
}

export function readingsOf(
  reader: HistoryReader,
  [from, to]: readonly [number, number],
  devices: ReadonlySet<string> | undefined,
): AsyncGenerator<Stretch<Sample>> {
  const ask = (begin: number, end: number) =>
    reader.readings({ from: begin, to: end, limit: PAGE, ...(devices && { devices }) });
  return follow(ask, from, to);
}

/**
 * A bucket in which a device moved stands in two places of an InfluxDB, each with its part. What is moved is the whole of
 * it, under the place that comes last: not every store can keep it in two.
 */
function whole(series: readonly StoredSeries<Bucket>[]): readonly StoredSeries<Bucket>[] {
  const pieces = Map.groupBy(series, ({ deviceId, point }) => JSON.stringify([deviceId, point]));
  if (pieces.size === series.length) return series;
  return [...pieces.values()].flatMap((together) => {
    if (together.length === 1) return together;
    const merged = new Map<number, { summary: Summary; piece: StoredSeries<Bucket> }>();
    for (const piece of together) {
      for (const { start, summary } of piece.entries) {
        const known = merged.get(start);
        if (known === undefined) merged.set(start, { summary: { ...summary }, piece });
        else {
          if (summary.lastAt >= known.summary.lastAt) known.piece = piece;
          mergeSummary(known.summary, summary);
        }
      }
    }
    const byPiece = Map.groupBy(merged, ([, { piece }]) => piece);
    return [...byPiece].map(([piece, buckets]) => {
      const entries = buckets.map(([start, { summary }]) => ({ start, summary }));
      return { ...piece, entries: entries.toSorted((a, b) => a.start - b.start) };
    });
  });
}

export async function* rollUpsOf(
  reader: HistoryReader,
  level: RollUpLevel,
  { range: [from, to], devices }: { range: readonly [number, number]; devices: ReadonlySet<string> | undefined },
): AsyncGenerator<Stretch<Bucket>> {
  const ask = (begin: number, end: number) =>
    reader.rollUps(level, { from: begin, to: end, limit: PAGE, ...(devices && { devices }) });
  for await (const { series, ...stretch } of follow(ask, from, to)) yield { series: whole(series), ...stretch };
}

type Summed = Omit<StoredSeries<Bucket>, "entries"> & { readonly buckets: Map<number, Summary> };

/** Adds the good readings of a page to the buckets of their series. */
function summarise(into: Map<string, Summed>, series: readonly StoredSeries<Sample>[], bucketMs: number): void {
  for (const { entries, ...about } of series) {
    const key = JSON.stringify([about.deviceId, about.point, about.owner]);
    const summed = into.get(key) ?? { ...about, buckets: new Map<number, Summary>() };
    into.set(key, summed);
    for (const [at, value, flag] of entries) {
      if (flag || value === null) continue;
      const start = at - (at % bucketMs);
      const known = summed.buckets.get(start);
      if (known) addValue(known, at, value);
      else summed.buckets.set(start, summaryOf(at, value));
    }
  }
}

/** Takes out the buckets that start before `end`. */
function takeOut(open: Map<string, Summed>, end: number): StoredSeries<Bucket>[] {
  const taken: StoredSeries<Bucket>[] = [];
  for (const [key, { buckets, ...about }] of open) {
    const entries = [...buckets].filter(([start]) => start < end).map(([start, summary]) => ({ start, summary }));
    if (entries.length > 0) taken.push({ ...about, entries });
    for (const { start } of entries) buckets.delete(start);
    if (buckets.size === 0) open.delete(key);
  }
  return taken;
}

/** Roll-ups made of raw readings that the target will not keep. */
async function* madeOfReadings(
  source: HistoryReader,
  level: RollUpLevel,
  { range, devices }: { range: readonly [number, number]; devices: ReadonlySet<string> | undefined },
): AsyncGenerator<Stretch<Bucket>> {
  const bucketMs = level === "5m" ? FIVE_MINUTES : HOUR;
  // a bucket belongs to the stretch that holds its start, whole
  const [from, to] = range.map((moment) => Math.ceil(moment / bucketMs) * bucketMs) as [number, number];
  const open = new Map<string, Summed>();
  let begin = from;
  for await (const page of readingsOf(source, [from, to], devices)) {
    summarise(open, page.series, bucketMs);
    // a page may end within a bucket: what is whole goes, the rest waits for the next page
    const end = page.to - (page.to % bucketMs);
    if (end === begin) continue;
    yield { series: takeOut(open, end), from: begin, to: end };
    begin = end;
  }
}

/** The roll-ups of one level that a plan moves: those that the source has, then those made of its readings. */
export async function* rollUpsToMove(
  source: HistoryReader,
  level: RollUpLevel,
  plan: Plan,
  begin = plan.from,
): AsyncGenerator<Stretch<Bucket>> {
  const { devices, since, sourceRawFrom, rawFrom } = plan;
  const from = Math.max(begin, plan.from, since[level]);
  const to = Math.min(plan.to, rawFrom);
  yield* rollUpsOf(source, level, { range: [from, Math.min(to, sourceRawFrom)], devices });
  yield* madeOfReadings(source, level, { range: [Math.max(from, sourceRawFrom), to], devices });
}

/** The raw readings that a plan moves. */
export function readingsToMove(source: HistoryReader, plan: Plan, begin = plan.from): AsyncGenerator<Stretch<Sample>> {
  return readingsOf(source, [Math.max(begin, plan.from, plan.rawFrom), plan.to], plan.devices);
}
