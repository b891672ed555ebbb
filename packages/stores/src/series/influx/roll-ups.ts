import { LinliError } from "@linli/model";
import { HOUR } from "../aggregate-query.ts";
import type { Retention } from "../port.ts";
import { otherColumn } from "./columns.ts";
import { type Kept, readKept, reserve, writeSince, writeThrough } from "./kept.ts";
import { LateMarks } from "./late-marks.ts";
import { lateParts } from "./late-parts.ts";
import { decodeName, encodeName, identifier } from "./names.ts";
import { during, isKind, rowsOf, type Stretch, TIME_BEGINS } from "./queries.ts";
import { PartRollUp, type PointThere } from "./roll-up-part.ts";
import type { InfluxServer, Level } from "./server.ts";
import type { Refused } from "./summary-lines.ts";

/** An hour is rolled up this long after its end: what comes a little late is not yet "late". */
const GRACE_MS = 300_000;
const DAY = 86_400_000;
/** After the logical end of raw readings the server keeps them for another week: so long late hours can be made anew. */
const REMADE_FOR_MS = 6 * DAY;
/** Points rolled up together; each has two columns. */
const POINTS_A_PART = 16;
/** Devices rolled up together. */
const DEVICES_A_PART = 200;
const MOST_HOURS = 24;
/** Fewer rows than this in a stretch: the next one is twice as long. */
const FEW_ROWS = 20_000;
/** How soon somebody else's late marks are seen. */
const LOOK_AGAIN_MS = 600_000;

export interface RollUpsOptions {
  readonly server: InfluxServer;
  readonly retention: Retention;
  /** Epoch ms; tells marks apart. */
  readonly wallClock?: () => number;
}

/** What one step came to; a failure is told to whoever calls `maintain` next. */
type Outcome = { readonly more: boolean } | { readonly failure: unknown };

function startOfDay(at: number): number {
  return at - (at % DAY);
}

function hourOf(at: number): number {
  return at - (at % HOUR);
}

function chunksOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}

/** What it resolves with, or `undefined` when that takes longer. */
function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), Math.max(0, ms));
    void work.then((result) => {
      clearTimeout(timer);
      resolve(result);
    });
  });
}

/**
 * Rolls raw readings up into the databases of five minutes and of hours, hour by hour, and again what came late; ends
 * what retention has passed. Everything is asked of the database, worked out here and written back, in steps of one
 * question each; whatever is interrupted is done again.
 */
export class RollUps {
  readonly late: LateMarks;
  readonly #server: InfluxServer;
  readonly #retention: Retention;
  readonly #wallClock: () => number;
  /** What the server will never take, of this round. */
  #refused = { count: 0, reason: "" };
  #since: Readonly<Record<Level, number>> = { raw: 0, "5m": 0, "1h": 0 };
  #through: number | undefined;
  #work: AsyncGenerator<void, void> | undefined;
  #roundOf: number | undefined;
  #step: Promise<Outcome> | undefined;
  #closed = false;
  /** The first stretch may have been begun by whoever ran before. */
  #mayBeBegun = true;
  readonly #rowsASeries = new Map<string, number>();
  /** What the last round was for; nothing is due before either changes. */
  #settledFor: { readonly end: number; readonly day: number; readonly lookAgainAt: number } | undefined;

  constructor({ server, retention, wallClock = () => Date.now() }: RollUpsOptions) {
    this.#server = server;
    this.#retention = retention;
    this.#wallClock = wallClock;
    this.late = new LateMarks(server, wallClock);
  }

  /** Reads what the store knows of itself, and makes room for what it will. Fails with `unavailable`, or `not-found` when there is no such database. */
  async open(): Promise<void> {
    this.#know(await readKept(this.#server));
    await reserve(this.#server, this.#wallClock());
  }

  /** Raw readings before this moment are no longer kept: epoch ms. */
  get rawFrom(): number {
    return this.#since.raw;
  }

  get since(): Readonly<Record<Level, number>> {
    return this.#since;
  }

  /** Takes over from elsewhere since when levels are kept; a moment only moves forward. */
  async keepSince(since: Partial<Record<Level, number>>, now: number): Promise<void> {
    const newer = Object.entries(since).filter(([level, at]) => at > this.#since[level as Level]);
    if (newer.length === 0) return;
    await writeSince(this.#server, Object.fromEntries(newer), now);
    this.#since = { ...this.#since, ...Object.fromEntries(newer) };
  }

  /**
   * Goes on with what is due and waits at most so long for it, which goes on by itself meanwhile; true while more is left.
   * Rejects with `unavailable` for what failed since the last call, `not-found` when the database is gone; it is tried
   * again at the next. What the server will never take of a summary is left out and told once, as `unavailable` too.
   */
  async maintain(now: number, budgetMs: number): Promise<boolean> {
    const until = performance.now() + budgetMs;
    do {
      if (this.#closed) return false;
      this.#step ??= this.#next(now);
      const outcome = await within(this.#step, until - performance.now());
      if (outcome === undefined) return true;
      this.#step = undefined;
      if ("failure" in outcome) throw this.#unavailable(outcome.failure);
      // a round that was begun by an earlier call knows nothing of what has become due since
      if (!outcome.more && this.#roundOf === now) return false;
    } while (performance.now() < until);
    return true;
  }

  /** Resolves once nothing is under way; what is not done is begun again by whoever comes next. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#step;
  }

  async #next(now: number): Promise<Outcome> {
    if (this.#work === undefined) {
      this.#work = this.#round(now);
      this.#roundOf = now;
    }
    try {
      const { done = false } = await this.#work.next();
      if (done) this.#work = undefined;
      return { more: !done };
    } catch (failure) {
      this.#work = undefined;
      this.#mayBeBegun = true;
      return { failure };
    }
  }

  #unavailable(failure: unknown): unknown {
    if (!(failure instanceof LinliError) || failure.code !== "invalid") return failure;
    return new LinliError("unavailable", `roll-ups: ${failure.message}`, { cause: failure });
  }

  #know({ since, through }: Kept): void {
    const { raw } = this.#since;
    this.#since = {
      raw: Math.max(raw, since.raw),
      "5m": Math.max(this.#since["5m"], since["5m"]),
      "1h": Math.max(this.#since["1h"], since["1h"]),
    };
    if (through !== undefined) this.#through = Math.max(through, this.#through ?? 0);
  }

  async *#round(now: number): AsyncGenerator<void, void> {
    const end = hourOf(now - GRACE_MS);
    const settled = this.#settledFor;
    const isAgain = settled?.end === end && settled.day === startOfDay(now);
    if (settled && performance.now() >= settled.lookAgainAt) this.late.lookAgain();
    else if (isAgain && !this.late.isDue && this.#through !== undefined) return;
    this.#settledFor = undefined;
    this.#know(await readKept(this.#server));
    yield* this.#rollUpHours(end, now);
    yield* this.#rollUpLate(now);
    await this.#expire(now);
    this.#settledFor = { end, day: startOfDay(now), lookAgainAt: performance.now() + LOOK_AGAIN_MS };
    this.#tellRefused();
  }

  #tellRefused(): void {
    const { count, reason } = this.#refused;
    if (count === 0) return;
    this.#refused = { count: 0, reason: "" };
    throw new LinliError("unavailable", `InfluxDB refused ${count} summaries for good, the last with: ${reason}`);
  }

  async *#rollUpHours(end: number, now: number): AsyncGenerator<void, void> {
    let at = this.#through ?? (await this.#nextRaw({ from: TIME_BEGINS, to: end }));
    this.late.overBefore = at ?? TIME_BEGINS;
    let hours = 1;
    while (at !== undefined && at < end) {
      const stretch = { from: at, to: Math.min(end, at + hours * HOUR) };
      // from here on what is written into it is late: it may or may not be seen
      this.late.overBefore = stretch.to;
      const rows = yield* this.#rollUp(stretch, { again: this.#mayBeBegun });
      at = stretch.to;
      if (rows === 0 && at < end) {
        at = (await this.#nextRaw({ from: at, to: end })) ?? end;
        this.late.overBefore = at;
      }
      await writeThrough(this.#server, at, now);
      this.#through = at;
      this.#mayBeBegun = false;
      hours = rows < FEW_ROWS ? Math.min(MOST_HOURS, 2 * hours) : 1;
      yield;
    }
  }

  /** The hour of the first raw reading in a stretch; what is written into it from now on is late. */
  async #nextRaw(stretch: Stretch): Promise<number | undefined> {
    if (stretch.from >= stretch.to) return undefined;
    this.late.overBefore = stretch.to;
    const measurements = [...(await this.#columns()).keys()];
    if (measurements.length === 0) return undefined;
    const statements = measurements.map((name) => `SELECT * FROM ${identifier(name)} WHERE ${during(stretch)} LIMIT 1`);
    const answers = await this.#server.query("raw", statements.join("; "));
    const moments = answers.flatMap((answer) => rowsOf(answer).map(([time]) => Number(time)));
    return moments.length > 0 ? hourOf(Math.min(...moments)) : undefined;
  }

  /** The points of each kind that the database has, by measurement. */
  async #columns(): Promise<Map<string, PointThere[]>> {
    const [answer] = await this.#server.query("raw", "SHOW FIELD KEYS");
    const kinds = (answer?.series ?? []).filter(({ name }) => isKind(name));
    return new Map(
      kinds.map(({ name, values }) => {
        const columns = new Set(values.map(([column]) => String(column)));
        const points = new Set([...columns].map((column) => decodeName(column.replace(/:.*$/s, ""))));
        return [name, [...points].map((point) => ({ point, hasOther: columns.has(otherColumn(point)) }))];
      }),
    );
  }

  async #devices(measurement: string): Promise<string[]> {
    const statement = `SHOW TAG VALUES FROM ${identifier(measurement)} WITH KEY = "device"`;
    const [answer] = await this.#server.query("raw", statement);
    return (answer?.series[0]?.values ?? []).map(([, id]) => decodeName(String(id)));
  }

  async *#rollUp(
    stretch: Stretch,
    which: { readonly again: boolean; readonly kind?: string; readonly devices?: readonly string[] },
  ): AsyncGenerator<void, number> {
    const { again, kind } = which;
    const refused: Refused = ({ reason }) => {
      this.#refused = { count: this.#refused.count + 1, reason };
    };
    let rows = 0;
    for (const [measurement, allPoints] of await this.#columns()) {
      if (kind !== undefined && measurement !== encodeName(kind)) continue;
      const allDevices = which.devices ?? (await this.#devices(measurement));
      for (const points of chunksOf(allPoints, POINTS_A_PART)) {
        const key = `${measurement} ${points[0]?.point}`;
        for (const devices of chunksOf(allDevices, DEVICES_A_PART)) {
          const options = { rowsASeries: this.#rowsASeries.get(key), refused };
          const part = new PartRollUp(this.#server, { ...stretch, measurement, points, devices, again }, options);
          while (await part.step()) yield;
          this.#rowsASeries.set(key, part.rowsASeries);
          rows += part.rows;
          yield;
        }
      }
    }
    return rows;
  }

  async *#rollUpLate(now: number): AsyncGenerator<void, void> {
    const through = this.#through;
    if (through === undefined || !this.late.isDue) return;
    const marks = await this.late.due({ from: TIME_BEGINS, to: through });
    const remadeFrom = startOfDay(now - this.#retention.rawMs) - REMADE_FOR_MS;
    const everything = marks.find(({ device }) => device === undefined);
    const single = marks.filter(
      ({ hour }) => hour >= remadeFrom && (everything === undefined || hour < everything.hour),
    );
    for (const { kind, devices, stretch, marks: done } of lateParts(single)) {
      yield* this.#rollUp(stretch, { again: true, kind, devices });
      await this.late.done(done);
      yield;
    }
    if (everything !== undefined) {
      for (let at = Math.max(everything.hour, remadeFrom); at < through; at += HOUR) {
        yield* this.#rollUp({ from: at, to: at + HOUR }, { again: true });
      }
    }
    const isDone = new Set(single);
    await this.late.done(marks.filter((mark) => !isDone.has(mark)));
  }

  /** Raw readings end where they are rolled up, at most; each level at the start of a day. */
  async #expire(now: number): Promise<void> {
    const { rawMs, fiveMinutesMs, hourMs } = this.#retention;
    const rawTo = Math.min(startOfDay(now - rawMs), startOfDay(this.#through ?? now));
    const since = { raw: rawTo, "5m": startOfDay(now - fiveMinutesMs), "1h": startOfDay(now - hourMs) };
    const finite = Object.entries(since).filter(([, at]) => Number.isFinite(at));
    await this.keepSince(Object.fromEntries(finite), now);
  }
}
