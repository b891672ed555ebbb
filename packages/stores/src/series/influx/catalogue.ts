import { readKept } from "./kept.ts";
import { type PointsThere, readPoints } from "./last-read.ts";
import { isKind, measurementsOf } from "./queries.ts";
import { kindMeasurement } from "./roll-up-columns.ts";
import type { InfluxServer, Level } from "./server.ts";

/** More devices than this start the memory of them anew. */
const MOST_REMEMBERED = 5_000;
/** To ask for all points of a device goes through all of its history. */
const POINTS_LONGER = 6;

/** Under which measurements of kinds a device stands: one, unless its registry entry was changed. */
export interface Kinds {
  readonly raw: readonly string[];
  /** Without the suffix of the roll-ups. */
  readonly rolledUp: readonly string[];
}

export type Since = Readonly<Record<Level, number>>;

interface Remembered<T> {
  readonly until: number;
  readonly answer: Promise<T>;
}

/** What every question needs to know beforehand, remembered for a short time. */
export class InfluxCatalogue {
  readonly #server: InfluxServer;
  readonly #cacheMs: number;
  readonly #kinds = new Map<string, Remembered<Kinds>>();
  readonly #points = new Map<string, Remembered<PointsThere>>();
  #since: Remembered<Since> | undefined;

  constructor(server: InfluxServer, cacheMs: number) {
    this.#server = server;
    this.#cacheMs = cacheMs;
  }

  /** Since when each level says everything. */
  since(): Promise<Since> {
    if (this.#since && this.#since.until > performance.now()) return this.#since.answer;
    const answer = readKept(this.#server).then(({ since }) => since);
    const remembered = this.#remember(answer, () => {
      if (this.#since === remembered) this.#since = undefined;
    });
    this.#since = remembered;
    return answer;
  }

  /** Its points; one that was written for the first time only just may be missing. */
  pointsOf(deviceId: string, kinds: Kinds): Promise<PointsThere> {
    // one that has become of another kind has further points from then on
    const key = JSON.stringify([deviceId, kinds]);
    const known = this.#points.get(key);
    if (known && known.until > performance.now()) return known.answer;
    if (this.#points.size >= MOST_REMEMBERED) this.#points.clear();
    const answer = readPoints(this.#server, { deviceId, kinds });
    const forget = () => {
      if (this.#points.get(key) === remembered) this.#points.delete(key);
    };
    const remembered = this.#remember(answer, forget, POINTS_LONGER * this.#cacheMs);
    this.#points.set(key, remembered);
    return answer;
  }

  kindsOf(deviceId: string): Promise<Kinds> {
    const known = this.#kinds.get(deviceId);
    if (known && known.until > performance.now()) return known.answer;
    if (this.#kinds.size >= MOST_REMEMBERED) this.#kinds.clear();
    const answer = this.#askKinds(deviceId);
    const forget = () => {
      if (this.#kinds.get(deviceId) === remembered) this.#kinds.delete(deviceId);
    };
    const remembered = this.#remember(answer, forget);
    this.#kinds.set(deviceId, remembered);
    // a device that is new shall be seen with its first reading
    answer.then(({ raw }) => raw.length === 0 && forget(), forget);
    return answer;
  }

  /** A failure is not remembered. */
  #remember<T>(answer: Promise<T>, forget: () => void, ms = this.#cacheMs): Remembered<T> {
    answer.catch(forget);
    return { until: performance.now() + ms, answer };
  }

  async #askKinds(deviceId: string): Promise<Kinds> {
    const statement = measurementsOf(deviceId);
    const [raw, hours] = await Promise.all([this.#server.query("raw", statement), this.#server.query("1h", statement)]);
    return {
      raw: (raw[0]?.series ?? []).map(({ name }) => name).filter(isKind),
      rolledUp: (hours[0]?.series ?? []).flatMap(({ name }) => kindMeasurement(name, "1h") ?? []),
    };
  }
}
