import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type HistoryPage, type RollUp, type RollUpLevel, type StoredSeries, typeFor } from "./history.ts";
import { AGGREGATES, type Retention, type Sample, type SeriesOwner, type SeriesPoint } from "./port.ts";
import { reading, type SeriesStoreUnderTest, settle, T0 } from "./series.contract.ts";
import type { Summary } from "./summary.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const RETENTION: Retention = { rawMs: 90 * DAY, fiveMinutesMs: 730 * DAY, hourMs: 3_650 * DAY };
const END = Date.UTC(2200, 0, 1);
const LEVELS: readonly RollUpLevel[] = ["5m", "1h"];

const owner: SeriesOwner = {
  deviceId: "sensor-1",
  kind: "environment-sensor",
  community: "c1",
  compound: "p1",
  building: "b1",
};
const other: SeriesOwner = { ...owner, deviceId: '门 1, "a"' };

/** A summary of one value, as a store would make it. */
function bucketOf(start: number, value: number): { start: number; summary: Summary } {
  const [firstAt, lastAt] = [start + 1, start + 1];
  const summary = {
    count: 1,
    numbers: 1,
    sum: value,
    min: value,
    max: value,
    firstAt,
    first: value,
    lastAt,
    last: value,
  };
  return { start, summary };
}

const rollUp = (level: RollUpLevel, start: number, value = 5): RollUp => ({
  owner,
  point: "temperature",
  type: "number",
  level,
  ...bucketOf(start, value),
});

/** Reads page after page to the end. */
async function all<Entry>(
  ask: (from: number) => Promise<HistoryPage<Entry>>,
): Promise<{ series: StoredSeries<Entry>[]; pages: number }> {
  const series: StoredSeries<Entry>[] = [];
  let from: number | undefined = 0;
  for (let pages = 1; pages < 1_000; pages++) {
    const page: HistoryPage<Entry> = await ask(from);
    series.push(...page.series);
    if (page.next === undefined) return { series, pages };
    expect(page.next).toBeGreaterThan(from);
    from = page.next;
  }
  throw new Error("the pages never end");
}

/** A store's history is read page by page, and written into another one that then answers the same. */
export function seriesHistoryContract(
  name: string,
  open: (retention: Retention) => Promise<SeriesStoreUnderTest>,
): void {
  describe(`${name}: history`, () => {
    let store: SeriesStoreUnderTest;
    beforeEach(async () => {
      store = await open(RETENTION);
    });
    afterEach(async () => {
      await store.remove();
    });

    const readings = (from: number, rest: { to?: number; limit?: number; devices?: ReadonlySet<string> } = {}) => {
      const { reader } = store;
      if (!reader.readings) throw new Error("it reads no history");
      return reader.readings({ from, to: END, limit: 10_000, ...rest });
    };
    const samplesOf = (series: readonly StoredSeries<Sample>[], point = "temperature", deviceId = "sensor-1") =>
      series.filter((one) => one.point === point && one.deviceId === deviceId).flatMap(({ entries }) => entries);

    test("every reading of every device comes once, in order of time, whatever the size of the pages", async () => {
      const batch = Array.from({ length: 300 }, (_, n) => reading(T0 + n * 7 * MINUTE, n));
      batch.push(reading(T0 + 3, 999, { faulty: true }), reading(T0 + 4, "warm"), reading(T0 + 5, true));
      batch.push(reading(T0 + HOUR, "open", { owner: other, point: "door", type: "enum" }));
      await store.writer.write(batch);
      const expected = batch
        .filter((one) => one.owner.deviceId === "sensor-1")
        .toSorted((a, b) => a.at - b.at)
        .map(({ at, value, faulty }) => (faulty ? [at, value, "faulty"] : [at, value]));
      for (const limit of [7, 100, 10_000]) {
        const { series, pages } = await all((from) => readings(from, { limit }));
        expect(samplesOf(series), `pages of ${limit}`).toEqual(expected);
        expect(samplesOf(series, "door", other.deviceId)).toEqual([[T0 + HOUR, "open"]]);
        if (limit === 7) expect(pages).toBeGreaterThan(10);
      }
    });

    test("from is included, to is not, and only the devices asked for come", async () => {
      await store.writer.write([
        ...[0, 1, 2, 3].map((n) => reading(T0 + n, n)),
        reading(T0 + 1, 1, { owner: other, point: "level" }),
      ]);
      const { series } = await readings(T0 + 1, { to: T0 + 3, devices: new Set(["sensor-1", "nobody"]) });
      expect(series.map(({ deviceId, entries }) => [deviceId, entries])).toEqual([
        [
          "sensor-1",
          [
            [T0 + 1, 1],
            [T0 + 2, 2],
          ],
        ],
      ]);
      expect((await readings(T0, { devices: new Set(["nobody"]) })).series).toEqual([]);
    });

    test("no reading goes under another point's name, whichever points were said in which weeks", async () => {
      const weeks = ["co2", "humidity"].flatMap((point, n) => {
        const at = T0 + n * 21 * DAY;
        return [reading(at, n, { point }), reading(at, 20 + n)];
      });
      await store.writer.write(weeks);
      const { series } = await readings(T0);
      expect(samplesOf(series, "co2")).toEqual([[T0, 0]]);
      expect(samplesOf(series, "humidity")).toEqual([[T0 + 21 * DAY, 1]]);
      expect(samplesOf(series)).toHaveLength(2);
    });

    test("an empty store has no history", async () => {
      expect(await readings(0)).toEqual({ series: [] });
      for (const level of LEVELS) {
        expect(await store.reader.rollUps?.(level, { from: 0, to: END, limit: 10 })).toEqual({ series: [] });
      }
    });

    test("roll-ups come where raw readings are gone, and only there", async () => {
      const now = T0 + 100 * DAY;
      await store.writer.write([reading(T0, 1), reading(T0 + 1, 2, { faulty: true }), reading(now - DAY, 5)]);
      await settle(store.writer, now);
      const since = await store.reader.keptSince?.();
      expect(since?.raw).toBeGreaterThanOrEqual(T0 + DAY);
      expect(since?.raw).toBeLessThanOrEqual(now - 90 * DAY);
      for (const level of LEVELS) {
        const page = await store.reader.rollUps?.(level, { from: 0, to: END, limit: 10 });
        const [only, ...more] = page?.series ?? [];
        expect(more).toEqual([]);
        expect(only).toMatchObject({ deviceId: "sensor-1", point: "temperature" });
        expect(only?.entries).toEqual([
          { start: T0, summary: { ...bucketOf(T0, 1).summary, firstAt: T0, lastAt: T0 } },
        ]);
      }
    });

    test("a bucket where raw readings are kept, and one that cannot be, are refused by index", async () => {
      await store.writer.keepSince?.({ raw: T0 + DAY });
      const outcome = await store.writer.writeRollUps?.([
        rollUp("1h", T0),
        rollUp("1h", T0 + DAY),
        rollUp("5m", T0 + 1),
        { ...rollUp("5m", T0), summary: { ...bucketOf(T0, 1).summary, lastAt: T0 + HOUR } },
        rollUp("5m", T0 + 5 * MINUTE),
      ]);
      expect(outcome).toEqual({
        accepted: 2,
        conflicts: 0,
        rejected: [1, 2, 3].map((index) => ({ index, reason: expect.any(String) })),
      });
    });

    test("a bucket told again takes the place of what was there", async () => {
      await store.writer.keepSince?.({ raw: T0 + DAY });
      await store.writer.writeRollUps?.([rollUp("1h", T0, 5)]);
      await store.writer.writeRollUps?.([rollUp("1h", T0, 6)]);
      const range = { deviceId: "sensor-1", points: ["temperature"], from: T0, to: T0 + DAY, limit: 10 };
      const { points } = await store.reader.aggregate({ ...range, bucketMs: HOUR, fn: "sum" });
      expect(points.temperature).toEqual([[T0, 6]]);
    });

    test("what was given up stays so", async () => {
      await store.writer.keepSince?.({ raw: T0 + DAY });
      await store.writer.keepSince?.({ raw: T0 });
      expect((await store.writer.write([reading(T0, 1)])).rejected).toHaveLength(1);
      expect((await store.reader.keptSince?.())?.raw).toBeGreaterThanOrEqual(T0 + DAY);
    });

    test("a store filled from another one's history answers the same", async () => {
      const now = T0 + 100 * DAY;
      const spread = (from: number, value: (n: number) => SeriesPoint["value"], rest: Partial<SeriesPoint> = {}) =>
        Array.from({ length: 40 }, (_, n) => reading(from + n * 17 * MINUTE, value(n), rest));
      await store.writer.write([
        ...spread(T0, (n) => n / 7),
        ...spread(now - 5 * HOUR, (n) => n * 1.1),
        ...spread(T0, (n) => n % 3 === 0, { point: "alarm" }),
        ...spread(now - DAY, (n) => `state-${n % 5}`, { point: "mode", type: "enum" }),
        ...spread(T0, (n) => `state-${n % 5}`, { owner: other, point: "mode", type: "enum" }),
        reading(T0 + 1, "warm"),
        reading(now - HOUR, 1_000, { faulty: true }),
        reading(T0 + 2, 1_000, { faulty: true }),
      ]);
      await settle(store.writer, now);
      const copy = await open(RETENTION);
      try {
        await move(store, copy);
        for (const round of ["moved", "and rolled up anew"]) {
          for (const deviceId of ["sensor-1", other.deviceId]) {
            const points = ["alarm", "mode", "temperature"];
            const query = { deviceId, points, from: T0 - DAY, to: now + DAY, limit: 10_000 };
            expect(await copy.reader.range(query), round).toEqual(await store.reader.range(query));
            expect(await copy.reader.last(deviceId), round).toEqual(await store.reader.last(deviceId));
            expect(await copy.reader.points(deviceId)).toEqual(await store.reader.points(deviceId));
            for (const fn of AGGREGATES) {
              for (const bucketMs of [MINUTE, 15 * MINUTE, HOUR, 6 * HOUR]) {
                const arithmetic = !["count", "first", "last"].includes(fn);
                const question = { ...query, bucketMs, fn, points: arithmetic ? ["alarm", "temperature"] : points };
                const answer = await store.reader.aggregate(question);
                expect(await copy.reader.aggregate(question), `${round}: ${fn} ${bucketMs}`).toEqual(answer);
              }
            }
          }
          await settle(copy.writer, now);
        }
      } finally {
        await copy.remove();
      }
    });
  });
}

/** All of one store into another, in small pages. */
async function move({ reader }: SeriesStoreUnderTest, { writer }: SeriesStoreUnderTest): Promise<void> {
  const ownerOf = (deviceId: string) => (deviceId === owner.deviceId ? owner : other);
  const nothing = async () => ({ series: [] });
  await writer.keepSince?.((await reader.keptSince?.()) ?? {});
  for (const level of LEVELS) {
    const { series } = await all((from) => reader.rollUps?.(level, { from, to: END, limit: 20 }) ?? nothing());
    const batch = series.flatMap(({ deviceId, point, type, entries }) =>
      entries.map((bucket): RollUp => ({ owner: ownerOf(deviceId), point, type, level, ...bucket })),
    );
    expect((await writer.writeRollUps?.(batch))?.rejected).toEqual([]);
  }
  const { series } = await all((from) => reader.readings?.({ from, to: END, limit: 20 }) ?? nothing());
  const batch = series.flatMap(({ deviceId, point, type, entries }) =>
    entries.map(([at, value, flag]): SeriesPoint => {
      if (value === null) throw new Error("a raw reading without a value");
      const given = { owner: ownerOf(deviceId), point, type: typeFor(type, value), value, at };
      return flag ? { ...given, faulty: true } : given;
    }),
  );
  expect((await writer.write(batch)).rejected).toEqual([]);
}
