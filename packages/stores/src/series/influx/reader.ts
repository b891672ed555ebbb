import { isLinliError, LinliError } from "@linli/model";
import { assertAnswers, assertBuckets, assertRange, FIVE_MINUTES, HOUR } from "../aggregate-query.ts";
import type { Bucket, HistoryPage, HistoryQuery, KeptSince, RollUpLevel } from "../history.ts";
import type { AggregateQuery, RangeQuery, Sample, SeriesReader, SeriesResult } from "../port.ts";
import { AggregateRead } from "./aggregate-read.ts";
import { InfluxCatalogue, type Since } from "./catalogue.ts";
import { declaredType } from "./columns.ts";
import { HistoryRead } from "./history-read.ts";
import { readKept } from "./kept.ts";
import { readLast, readPoints } from "./last-read.ts";
import { decodeName } from "./names.ts";
import type { InfluxOptions } from "./options.ts";
import { readPaged } from "./paged-read.ts";
import { isKind, measurementsOf } from "./queries.ts";
import { type Moment, momentsRead } from "./raw-reads.ts";
import { kindMeasurement } from "./roll-up-columns.ts";
import type { InfluxServer, Level } from "./server.ts";

type ReaderOptions = Pick<InfluxOptions, "cacheMs">;

const CACHE_MS = 10_000;
/** Where the newest readings of a device are looked for first. */
const RECENTLY_MS = 86_400_000;
/** Points of one question that the server works on at a time. */
const POINTS_AT_A_TIME = 4;

function sampleOf({ at, value, faulty }: Moment): Sample {
  return faulty ? [at, value, "faulty"] : [at, value];
}

/** The coarsest level that fits the bucket; where that does not reach back, the next one with wider buckets. */
function levelFor({ bucketMs, from }: AggregateQuery, since: Since): { level: Level; bucketMs: number } {
  const widened = (step: number) => Math.ceil(bucketMs / step) * step;
  if (bucketMs % HOUR === 0) return { level: "1h", bucketMs };
  if (from >= since.raw) return { level: bucketMs % FIVE_MINUTES === 0 ? "5m" : "raw", bucketMs };
  if (from >= since["5m"]) return { level: "5m", bucketMs: widened(FIVE_MINUTES) };
  return { level: "1h", bucketMs: widened(HOUR) };
}

/** A database that is not there is a matter for whoever set the server up, not for who asked. */
async function answering<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!isLinliError(error, "not-found")) throw error;
    throw new LinliError("unavailable", `${error.message}: \`linli doctor\` creates it`, { cause: error });
  }
}

class InfluxSeriesReader implements SeriesReader {
  readonly #server: InfluxServer;
  readonly #catalogue: InfluxCatalogue;
  readonly #history: HistoryRead;

  constructor(server: InfluxServer, { cacheMs = CACHE_MS }: ReaderOptions) {
    this.#server = server;
    this.#catalogue = new InfluxCatalogue(server, cacheMs);
    this.#history = new HistoryRead(server);
  }

  async range(query: RangeQuery): Promise<SeriesResult> {
    assertRange(query);
    return answering(this.#range(query));
  }

  async #range({ deviceId, points, from, to, limit }: RangeQuery): Promise<SeriesResult> {
    const [{ raw }, since] = await this.#about(deviceId);
    const found = new Map(points.map((point) => [point, [] as Sample[]]));
    const reads = [...found].flatMap(([point, samples]) =>
      raw.map((measurement) => {
        let count = 0;
        const stretch = { from: Math.max(from, since.raw), to, limit: limit + 1 };
        return momentsRead({ deviceId, measurement, point }, stretch, (moments) => {
          for (const moment of moments) samples.push(sampleOf(moment));
          count += moments.length;
          return count <= limit;
        });
      }),
    );
    await readPaged(this.#server, reads);
    if (raw.length > 1) for (const samples of found.values()) samples.sort(([a], [b]) => a - b);
    return result(points, found, limit, "raw");
  }

  async aggregate(query: AggregateQuery): Promise<SeriesResult> {
    assertBuckets(query);
    return answering(this.#aggregate(query));
  }

  async #aggregate({ points, ...query }: AggregateQuery): Promise<SeriesResult> {
    const [{ raw, rolledUp }, since] = await this.#about(query.deviceId);
    for (const measurement of new Set([...raw, ...rolledUp])) {
      const kind = decodeName(measurement);
      for (const point of points) assertAnswers(point, declaredType(kind, point), query.fn);
    }
    const { level, bucketMs } = levelFor({ ...query, points }, since);
    const found = new Map<string, Sample[]>();
    const distinct = [...new Set(points)];
    for (let next = 0; next < distinct.length; next += POINTS_AT_A_TIME) {
      const together = distinct.slice(next, next + POINTS_AT_A_TIME).map(async (point) => {
        const read = new AggregateRead(this.#server, { ...query, bucketMs, point, raw, rolledUp, level, since });
        found.set(point, await read.samples());
      });
      await Promise.all(together);
    }
    return result(points, found, query.limit, level);
  }

  #about(deviceId: string) {
    return Promise.all([this.#catalogue.kindsOf(deviceId), this.#catalogue.since()]);
  }

  async last(deviceId: string): Promise<Readonly<Record<string, Sample>>> {
    return answering(this.#last(deviceId));
  }

  async #last(deviceId: string): Promise<Readonly<Record<string, Sample>>> {
    const [kinds, since] = await this.#about(deviceId);
    const points = () => this.#catalogue.pointsOf(deviceId, kinds);
    return readLast(this.#server, { deviceId, kinds, since, recently: Date.now() - RECENTLY_MS, points });
  }

  async points(deviceId: string): Promise<readonly string[]> {
    return answering(this.#points(deviceId));
  }

  async #points(deviceId: string): Promise<readonly string[]> {
    const { raw, rolledUp } = await readPoints(this.#server, {
      deviceId,
      kinds: await this.#catalogue.kindsOf(deviceId),
    });
    return [...new Set([...raw, ...rolledUp].map(({ point }) => point))].toSorted();
  }

  async devices(): Promise<readonly string[]> {
    const statement = measurementsOf();
    const [raw, hours] = await answering(
      Promise.all([this.#server.query("raw", statement), this.#server.query("1h", statement)]),
    );
    const ofKinds = [
      ...(raw[0]?.series ?? []).filter(({ name }) => isKind(name)),
      ...(hours[0]?.series ?? []).filter(({ name }) => kindMeasurement(name, "1h") !== undefined),
    ];
    const ids = ofKinds.flatMap(({ values }) => values.map(([, id]) => decodeName(String(id))));
    return [...new Set(ids)].toSorted();
  }

  async keptSince(): Promise<KeptSince> {
    return (await answering(readKept(this.#server))).since;
  }

  readings(query: HistoryQuery): Promise<HistoryPage<Sample>> {
    return answering(this.#history.readings(query));
  }

  rollUps(level: RollUpLevel, query: HistoryQuery): Promise<HistoryPage<Bucket>> {
    return answering(this.#history.rollUps(level, query));
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

function result(
  points: readonly string[],
  found: ReadonlyMap<string, readonly Sample[]>,
  limit: number,
  level: Level,
): SeriesResult {
  const truncated = [...found.values()].some((samples) => samples.length > limit);
  const answers = points.map((point) => [point, found.get(point)?.slice(0, limit) ?? []] as const);
  return { points: Object.fromEntries(answers), truncated, level };
}

/**
 * Reads what `openInfluxWriter` wrote, from an InfluxDB server of any generation, whose connection it closes at the end.
 * Every answer is bounded: longer ones are asked for in pages. Fails with `unavailable` when the server does not answer
 * or has no such database.
 */
export function openInfluxReader(server: InfluxServer, options: ReaderOptions = {}): SeriesReader {
  return new InfluxSeriesReader(server, options);
}
