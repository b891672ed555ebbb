import { LinliError, type PointType, type PointValue } from "@linli/model";
import { assertAnswers, assertBuckets, assertRange, FIVE_MINUTES, HOUR } from "../aggregate-query.ts";
import type { Bucket, HistoryPage, HistoryQuery, KeptSince, RollUp, RollUpLevel, StoredSeries } from "../history.ts";
import type {
  AggregateQuery,
  RangeQuery,
  Retention,
  Sample,
  SeriesPoint,
  SeriesReader,
  SeriesResult,
  SeriesWriter,
  WriteOutcome,
} from "../port.ts";
import { refusal, rollUpRefusal } from "../refusal.ts";
import { addValue, aggregateOf, mergeSummary, type Summary, summaryOf } from "../summary.ts";

const DAY = 86_400_000;
const ALL: Retention = { rawMs: Infinity, fiveMinutesMs: Infinity, hourMs: Infinity };

interface Stored {
  readonly value: PointValue;
  readonly faulty: boolean;
}

interface MemorySeries {
  type: PointType;
  readonly raw: Map<number, Stored>;
  /** What is left of raw readings that are no longer kept, by bucket start. */
  readonly fiveMinutes: Map<number, Summary>;
  readonly hours: Map<number, Summary>;
}

function addTo(buckets: Map<number, Summary>, start: number, summary: Summary): void {
  const known = buckets.get(start);
  if (known) mergeSummary(known, summary);
  else buckets.set(start, { ...summary });
}

function endOf(stretch: "month" | "year", at: number): number {
  const date = new Date(at);
  return stretch === "year"
    ? Date.UTC(date.getUTCFullYear() + 1, 0)
    : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

function latest(moments: ReadonlyMap<number, unknown>): number {
  let newest = -1;
  for (const at of moments.keys()) newest = Math.max(newest, at);
  return newest;
}

/** The whole port in a few maps: what the contract says, without files. */
class MemorySeriesStore implements SeriesWriter, SeriesReader {
  readonly #retention: Retention;
  #devices = new Map<string, Map<string, MemorySeries>>();
  #rawFrom = 0;
  #fiveMinutesFrom = 0;
  #hoursFrom = 0;
  #closed = false;

  constructor(retention: Retention) {
    this.#retention = retention;
  }

  async write(batch: readonly SeriesPoint[]): Promise<WriteOutcome> {
    if (this.#closed) throw new LinliError("unavailable", "the series store is closed");
    const rejected: { index: number; reason: string }[] = [];
    /** What the batch says last, so that repeating a batch finds nothing new. */
    const last = new Map<MemorySeries, Map<number, Stored>>();
    let conflicts = 0;
    for (const [index, point] of batch.entries()) {
      const reason = refusal(point) ?? (point.at < this.#rawFrom ? "older than the raw readings kept" : undefined);
      if (reason !== undefined) {
        rejected.push({ index, reason });
        continue;
      }
      const series = this.#seriesFor(point);
      const given = last.get(series) ?? new Map<number, Stored>();
      last.set(series, given);
      conflicts += this.#put(given, point);
    }
    for (const [series, given] of last) {
      for (const [at, { value, faulty }] of given) conflicts += this.#put(series.raw, { at, value, faulty });
    }
    return { accepted: batch.length - rejected.length, conflicts, rejected };
  }

  /** 1 when it takes the place of another value. */
  #put(into: Map<number, Stored>, { at, value, faulty = false }: Pick<SeriesPoint, "at" | "value" | "faulty">): number {
    const known = into.get(at);
    if (known?.value === value && known.faulty === faulty) return 0;
    into.set(at, { value, faulty });
    return known === undefined ? 0 : 1;
  }

  #seriesFor({ owner, point, type }: Pick<SeriesPoint, "owner" | "point" | "type">): MemorySeries {
    const points = this.#devices.get(owner.deviceId) ?? new Map<string, MemorySeries>();
    this.#devices.set(owner.deviceId, points);
    const series = points.get(point) ?? { type, raw: new Map(), fiveMinutes: new Map(), hours: new Map() };
    series.type = type;
    points.set(point, series);
    return series;
  }

  #all(): MemorySeries[] {
    return [...this.#devices.values()].flatMap((points) => [...points.values()]);
  }

  async maintain(now: number): Promise<boolean> {
    const { rawMs, fiveMinutesMs, hourMs } = this.#retention;
    for (const { raw, fiveMinutes, hours } of this.#all()) {
      for (const [at, { value, faulty }] of raw) {
        const end = at - (at % DAY) + DAY;
        if (end > now - rawMs) continue;
        this.#rawFrom = Math.max(this.#rawFrom, end);
        raw.delete(at);
        if (faulty) continue;
        addTo(fiveMinutes, at - (at % FIVE_MINUTES), summaryOf(at, value));
        addTo(hours, at - (at % HOUR), summaryOf(at, value));
      }
      for (const start of fiveMinutes.keys()) {
        const end = endOf("month", start);
        if (end > now - fiveMinutesMs) continue;
        this.#fiveMinutesFrom = Math.max(this.#fiveMinutesFrom, end);
        fiveMinutes.delete(start);
      }
      for (const start of hours.keys()) {
        const end = endOf("year", start);
        if (end > now - hourMs) continue;
        this.#hoursFrom = Math.max(this.#hoursFrom, end);
        hours.delete(start);
      }
    }
    return false;
  }

  async range(query: RangeQuery): Promise<SeriesResult> {
    assertRange(query);
    return this.#answer(query, "raw", (series) =>
      [...series.raw]
        .filter(([at]) => at >= query.from && at < query.to)
        .map(([at, { value, faulty }]): Sample => (faulty ? [at, value, "faulty"] : [at, value])),
    );
  }

  async aggregate(query: AggregateQuery): Promise<SeriesResult> {
    assertBuckets(query);
    const level = this.#levelFor(query);
    const step = level === "raw" ? 1 : level === "5m" ? FIVE_MINUTES : HOUR;
    const bucketMs = Math.ceil(query.bucketMs / step) * step;
    const points = this.#devices.get(query.deviceId);
    for (const point of query.points) {
      const series = points?.get(point);
      if (series) assertAnswers(point, series.type, query.fn);
    }
    return this.#answer(query, level, (series) => {
      const buckets = new Map<number, Summary>();
      const startOf = (at: number) => Math.floor(at / bucketMs) * bucketMs;
      const within = (at: number) => at >= query.from && at < query.to;
      const left = level === "1h" ? series.hours : level === "5m" ? series.fiveMinutes : [];
      for (const [at, summary] of left) if (within(at)) addTo(buckets, startOf(at), summary);
      for (const [at, { value, faulty }] of series.raw) {
        if (faulty || !within(at)) continue;
        const known = buckets.get(startOf(at));
        if (known) addValue(known, at, value);
        else buckets.set(startOf(at), summaryOf(at, value));
      }
      return [...buckets].map(([start, summary]): Sample => [start, aggregateOf(summary, query.fn)]);
    });
  }

  #levelFor({ bucketMs, from }: AggregateQuery): SeriesResult["level"] {
    if (bucketMs % HOUR === 0) return "1h";
    if (from >= this.#rawFrom) return bucketMs % FIVE_MINUTES === 0 ? "5m" : "raw";
    return from >= this.#fiveMinutesFrom ? "5m" : "1h";
  }

  #answer(
    { deviceId, points, limit }: RangeQuery,
    level: SeriesResult["level"],
    samplesOf: (series: MemorySeries) => Sample[],
  ): SeriesResult {
    let truncated = false;
    const answers = points.map((point) => {
      const series = this.#devices.get(deviceId)?.get(point);
      const samples = (series ? samplesOf(series) : []).toSorted(([a], [b]) => a - b);
      if (samples.length > limit) truncated = true;
      return [point, samples.slice(0, limit)] as const;
    });
    return { points: Object.fromEntries(answers), truncated, level };
  }

  async last(deviceId: string): Promise<Readonly<Record<string, Sample>>> {
    const newest = [...(this.#devices.get(deviceId) ?? [])].flatMap(([point, { raw, hours }]): [string, Sample][] => {
      const at = latest(raw);
      const stored = raw.get(at);
      if (stored) return [[point, stored.faulty ? [at, stored.value, "faulty"] : [at, stored.value]]];
      const kept = hours.get(latest(hours));
      return kept ? [[point, [kept.lastAt, kept.last]]] : [];
    });
    return Object.fromEntries(newest);
  }

  async points(deviceId: string): Promise<readonly string[]> {
    return [...(this.#devices.get(deviceId)?.keys() ?? [])].toSorted();
  }

  async devices(): Promise<readonly string[]> {
    return [...this.#devices.keys()].toSorted();
  }

  async keepSince(since: Partial<KeptSince>): Promise<void> {
    this.#rawFrom = Math.max(this.#rawFrom, since.raw ?? 0);
    this.#fiveMinutesFrom = Math.max(this.#fiveMinutesFrom, since["5m"] ?? 0);
    this.#hoursFrom = Math.max(this.#hoursFrom, since["1h"] ?? 0);
  }

  async writeRollUps(batch: readonly RollUp[]): Promise<WriteOutcome> {
    if (this.#closed) throw new LinliError("unavailable", "the series store is closed");
    const rejected = batch.flatMap((rollUp, index) => {
      const reason = rollUpRefusal(rollUp, this.#rawFrom);
      if (reason !== undefined) return [{ index, reason }];
      const { fiveMinutes, hours } = this.#seriesFor(rollUp);
      (rollUp.level === "5m" ? fiveMinutes : hours).set(rollUp.start, { ...rollUp.summary });
      return [];
    });
    return { accepted: batch.length - rejected.length, conflicts: 0, rejected };
  }

  async keptSince(): Promise<KeptSince> {
    return { raw: this.#rawFrom, "5m": this.#fiveMinutesFrom, "1h": this.#hoursFrom };
  }

  async readings(query: HistoryQuery): Promise<HistoryPage<Sample>> {
    return this.#page(
      query,
      (series) =>
        [...series.raw].map(([at, { value, faulty }]): Sample => (faulty ? [at, value, "faulty"] : [at, value])),
      ([at]) => at,
    );
  }

  async rollUps(level: RollUpLevel, query: HistoryQuery): Promise<HistoryPage<Bucket>> {
    return this.#page(
      query,
      ({ fiveMinutes, hours }) =>
        [...(level === "5m" ? fiveMinutes : hours)].map(([start, summary]): Bucket => ({ start, summary })),
      ({ start }) => start,
    );
  }

  #page<Entry>(
    { from, to, limit, devices }: HistoryQuery,
    entriesOf: (series: MemorySeries) => Entry[],
    momentOf: (entry: Entry) => number,
  ): HistoryPage<Entry> {
    const all = [...this.#devices].flatMap(([deviceId, points]) => {
      if (devices?.has(deviceId) === false) return [];
      return [...points].map(([point, series]): StoredSeries<Entry> => {
        const within = entriesOf(series).filter((entry) => momentOf(entry) >= from && momentOf(entry) < to);
        const entries = within.toSorted((a, b) => momentOf(a) - momentOf(b));
        return { deviceId, point, type: series.type, entries };
      });
    });
    const moments = all.flatMap(({ entries }) => entries.map(momentOf)).toSorted((a, b) => a - b);
    const next = moments.slice(limit).find((moment) => moment > (moments[0] ?? 0));
    const series = all.flatMap((each) => {
      const entries = next === undefined ? each.entries : each.entries.filter((entry) => momentOf(entry) < next);
      return entries.length > 0 ? [{ ...each, entries }] : [];
    });
    return next === undefined ? { series } : { series, next };
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}

/** A series store in memory: what is written with `writer` is read with `reader`. Keeps everything unless told otherwise. */
export function createMemorySeries(retention: Retention = ALL): {
  readonly writer: SeriesWriter;
  readonly reader: SeriesReader;
} {
  const store = new MemorySeriesStore(retention);
  return { writer: store, reader: store };
}
