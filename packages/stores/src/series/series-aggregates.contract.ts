import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AGGREGATES, type Aggregate, type Retention, type Sample, type SeriesPoint } from "./port.ts";
import { reading, type SeriesStoreUnderTest, settle, T0 } from "./series.contract.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const RETENTION: Retention = { rawMs: 90 * DAY, fiveMinutesMs: 730 * DAY, hourMs: 3_650 * DAY };
const NUMBERS: readonly Aggregate[] = ["mean", "sum", "min", "max"];

interface Step {
  readonly readings: readonly SeriesPoint[];
  /** When background work is done after it, if it is. */
  readonly maintain: number | undefined;
}

/** What the answer must be, by the plainest means. */
function expected(
  readings: readonly SeriesPoint[],
  { from, to, bucketMs, fn }: { from: number; to: number; bucketMs: number; fn: Aggregate },
): Sample[] {
  const byMoment = new Map(readings.map((one) => [one.at, one]));
  const good = [...byMoment.values()].filter(({ at, faulty }) => !faulty && at >= from && at < to);
  const buckets = Map.groupBy(
    good.toSorted((a, b) => a.at - b.at),
    ({ at }) => at - (at % bucketMs),
  );
  return [...buckets].map(([start, inside]) => {
    const values = inside.map(({ value }) => value as number);
    const sum = values.reduce((total, value) => total + value, 0);
    const answers: Record<Aggregate, number> = {
      count: values.length,
      sum,
      mean: sum / values.length,
      min: Math.min(...values),
      max: Math.max(...values),
      first: values[0] ?? Number.NaN,
      last: values.at(-1) ?? Number.NaN,
    };
    return [start, answers[fn]];
  });
}

const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  readings: fc.array(
    fc
      .record({
        // minutes crowd the readings together, so that moments repeat and buckets are shared
        at: fc.oneof(
          fc.integer({ min: 0, max: 3 * 24 * 60 }).map((minutes) => T0 + minutes * MINUTE),
          fc.integer({ min: 0, max: 2 * HOUR }).map((ms) => T0 + 23 * HOUR + ms),
        ),
        value: fc.integer({ min: -10_000, max: 10_000 }).map((n) => n / 8),
        faulty: fc.boolean(),
      })
      .map(({ at, value, faulty }) => reading(at, value, faulty ? { faulty } : {})),
    { maxLength: 60 },
  ),
  maintain: fc.option(
    fc.integer({ min: 0, max: 96 }).map((hours) => T0 + hours * HOUR),
    { nil: undefined },
  ),
});

const questionArbitrary = fc.record({
  from: fc.integer({ min: -60, max: 70 * 60 }).map((minutes) => T0 + minutes * MINUTE + 1),
  hours: fc.integer({ min: 1, max: 80 }),
  bucketMs: fc.constantFrom(1_000, MINUTE, 5 * MINUTE, 7 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, DAY, 36 * HOUR),
  fn: fc.constantFrom(...AGGREGATES),
});

/** Aggregates, roll-ups and retention: what every series store answers however it keeps them. */
export function seriesAggregatesContract(
  name: string,
  open: (retention: Retention) => Promise<SeriesStoreUnderTest>,
): void {
  describe(`${name}: aggregates`, () => {
    let store: SeriesStoreUnderTest;
    beforeEach(async () => {
      store = await open(RETENTION);
    });
    afterEach(async () => {
      await store.remove();
    });

    const ask = async (fn: Aggregate, bucketMs: number, rest: { from?: number; to?: number; point?: string } = {}) => {
      const { from = T0 - 30 * DAY, to = T0 + 300 * DAY, point = "temperature" } = rest;
      const query = { deviceId: "sensor-1", points: [point], from, to, limit: 10_000, bucketMs, fn };
      const { points, level } = await store.reader.aggregate(query);
      return { samples: points[point], level };
    };

    test("equal a naive computation, whatever was rolled up when, and whatever came late", async () => {
      const property = fc.asyncProperty(
        fc.array(stepArbitrary, { minLength: 1, maxLength: 4 }),
        fc.array(questionArbitrary, { minLength: 1, maxLength: 12 }),
        async (steps, questions) => {
          const fresh = await open(RETENTION);
          try {
            for (const { readings, maintain } of steps) {
              await fresh.writer.write(readings);
              if (maintain !== undefined) await settle(fresh.writer, maintain);
            }
            const readings = steps.flatMap((step) => step.readings);
            for (const { from, hours, bucketMs, fn } of questions) {
              const range = { from, to: from + hours * HOUR, bucketMs, fn };
              const query = { deviceId: "sensor-1", points: ["temperature"], limit: 10_000, ...range };
              const { points } = await fresh.reader.aggregate(query);
              const answer = expected(readings, range);
              expect(points.temperature?.map(([at]) => at)).toEqual(answer.map(([at]) => at));
              for (const [index, [, value]] of (points.temperature ?? []).entries()) {
                expect(value).toBeCloseTo(answer[index]?.[1] as number, 9);
              }
            }
          } finally {
            await fresh.remove();
          }
        },
      );
      await fc.assert(property, { numRuns: 25 });
    });

    test("buckets are aligned to the epoch, and those without a value are left out", async () => {
      await store.writer.write([reading(T0 + 1, 1), reading(T0 + 2 * HOUR + 59, 5)]);
      expect((await ask("mean", 7_000)).samples?.every(([at]) => at % 7_000 === 0)).toBe(true);
      expect((await ask("mean", HOUR)).samples).toEqual([
        [T0, 1],
        [T0 + 2 * HOUR, 5],
      ]);
    });

    test("faulty values count nowhere, also after they were rolled up as good", async () => {
      await store.writer.write([reading(T0, 1), reading(T0 + 1, 3), reading(T0 + HOUR, 8)]);
      await settle(store.writer, T0 + 2 * DAY);
      await store.writer.write([reading(T0 + 1, 3, { faulty: true }), reading(T0 + HOUR, 8, { faulty: true })]);
      for (const round of ["before the roll-up", "after it"]) {
        expect((await ask("sum", HOUR)).samples, round).toEqual([[T0, 1]]);
        expect((await ask("max", 5 * MINUTE)).samples, round).toEqual([[T0, 1]]);
        await settle(store.writer, T0 + 2 * DAY);
      }
    });

    test("late readings are in the answer at once and stay there", async () => {
      await store.writer.write([reading(T0, 1), reading(T0 + 10 * MINUTE, 2)]);
      await settle(store.writer, T0 + 2 * DAY);
      await store.writer.write([reading(T0 + 5 * MINUTE, 30)]);
      expect((await ask("sum", HOUR)).samples).toEqual([[T0, 33]]);
      await settle(store.writer, T0 + 2 * DAY);
      expect((await ask("sum", HOUR)).samples).toEqual([[T0, 33]]);
      expect((await ask("sum", 5 * MINUTE)).samples).toEqual([
        [T0, 1],
        [T0 + 5 * MINUTE, 30],
        [T0 + 10 * MINUTE, 2],
      ]);
    });

    test("texts are counted, first and last; arithmetic on them is refused", async () => {
      const state = { point: "state", type: "enum" } as const;
      await store.writer.write([reading(T0, "open", state), reading(T0 + 1, "shut", state)]);
      for (const round of ["raw", "rolled up"]) {
        expect((await ask("count", HOUR, state)).samples, round).toEqual([[T0, 2]]);
        expect((await ask("first", HOUR, state)).samples, round).toEqual([[T0, "open"]]);
        expect((await ask("last", HOUR, state)).samples, round).toEqual([[T0, "shut"]]);
        for (const fn of NUMBERS) await expect(ask(fn, HOUR, state)).rejects.toMatchObject({ code: "invalid" });
        await settle(store.writer, T0 + 2 * DAY);
      }
    });

    test("truth values have a mean: the share of readings that were true", async () => {
      await store.writer.write([true, true, true, false].map((value, n) => reading(T0 + n, value)));
      for (const round of ["raw", "rolled up"]) {
        expect((await ask("mean", HOUR)).samples, round).toEqual([[T0, 0.75]]);
        expect((await ask("first", HOUR)).samples, round).toEqual([[T0, true]]);
        expect((await ask("last", HOUR)).samples, round).toEqual([[T0, false]]);
        await settle(store.writer, T0 + 2 * DAY);
      }
    });

    test("a sum beyond what a double holds is null, the rest of the bucket is answered", async () => {
      await store.writer.write([reading(T0, 1.7e308), reading(T0 + 1, 1.7e308)]);
      for (const round of ["raw", "rolled up"]) {
        expect((await ask("sum", HOUR)).samples, round).toEqual([[T0, null]]);
        expect((await ask("max", HOUR)).samples, round).toEqual([[T0, 1.7e308]]);
        await settle(store.writer, T0 + 2 * DAY);
      }
    });

    test("a type declared anew: texts do not spoil the numbers", async () => {
      await store.writer.write([reading(T0, "warm"), reading(T0 + 1, 20), reading(T0 + 2, 22)]);
      for (const round of ["raw", "rolled up"]) {
        expect((await ask("mean", HOUR)).samples, round).toEqual([[T0, 21]]);
        expect((await ask("count", HOUR)).samples, round).toEqual([[T0, 3]]);
        await settle(store.writer, T0 + 2 * DAY);
      }
    });

    describe("retention", () => {
      const now = T0 + 100 * DAY;
      const old = Array.from({ length: 48 }, (_, n) => reading(T0 + n * 30 * MINUTE, n));
      const total = (48 * 47) / 2;

      test("raw readings go, what they summed up to stays", async () => {
        await store.writer.write([...old, reading(now - DAY, 5)]);
        await settle(store.writer, now);
        const everything = { deviceId: "sensor-1", points: ["temperature"], from: 0, to: now, limit: 100 };
        expect((await store.reader.range(everything)).points.temperature).toEqual([[now - DAY, 5]]);
        const range = { from: T0, to: now };
        expect(await ask("sum", DAY, range)).toEqual({
          level: "1h",
          samples: [
            [T0, total],
            [now - DAY, 5],
          ],
        });
      });

      test("a bucket finer than what is left is widened to it", async () => {
        await store.writer.write(old);
        await settle(store.writer, now);
        const { samples, level } = await ask("last", MINUTE, { from: T0, to: T0 + DAY });
        expect(level).toBe("5m");
        expect(samples).toEqual(old.map(({ at, value }) => [at, value]));
        await settle(store.writer, T0 + 900 * DAY);
        const hours = await ask("last", MINUTE, { from: T0, to: T0 + DAY });
        expect(hours.level).toBe("1h");
        expect(hours.samples?.slice(0, 2)).toEqual([
          [T0, 1],
          [T0 + HOUR, 3],
        ]);
        await settle(store.writer, T0 + 5_000 * DAY);
        expect((await ask("last", HOUR, { from: T0, to: T0 + DAY })).samples).toEqual([]);
      });

      test("a reading older than what is kept is refused: it would stand for its whole hour", async () => {
        await store.writer.write(old);
        await settle(store.writer, now);
        const late = await store.writer.write([reading(T0 + 1, 1_000), reading(now, 1)]);
        expect(late).toEqual({ accepted: 1, conflicts: 0, rejected: [{ index: 0, reason: expect.any(String) }] });
        await settle(store.writer, now);
        expect((await ask("sum", DAY, { from: T0, to: T0 + DAY })).samples).toEqual([[T0, total]]);
      });
    });
  });
}
