import type { PointType, PointValue } from "@linli/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Retention, SeriesOwner, SeriesPoint, SeriesReader, SeriesWriter } from "./port.ts";

/** A fresh, empty store; `writer` and `reader` see the same data. */
export interface SeriesStoreUnderTest {
  readonly writer: SeriesWriter;
  readonly reader: SeriesReader;
  /** `newest`: it counts conflicts with earlier batches only at the newest moment of a series; see `WriteOutcome`. */
  readonly conflictsSeen?: "newest";
  remove(): Promise<void>;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
/** A Monday, 00:00 UTC. */
export const T0 = Date.UTC(2026, 10, 23);
const RETENTION: Retention = { rawMs: 90 * DAY, fiveMinutesMs: 730 * DAY, hourMs: 3_650 * DAY };

function ownerOf(deviceId: string): SeriesOwner {
  return { deviceId, kind: "environment-sensor", community: "c1", compound: "p1", building: "b1" };
}

function typeOf(value: PointValue): PointType {
  return typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "string";
}

const owner = ownerOf("sensor-1");

export function reading(at: number, value: PointValue, rest: Partial<SeriesPoint> = {}): SeriesPoint {
  return { owner, point: "temperature", type: typeOf(value), value, at, ...rest };
}

/** Does all background work that is due. */
export async function settle(writer: SeriesWriter, now: number): Promise<void> {
  for (let round = 0; round < 10_000; round++) {
    if (!(await writer.maintain(now, 50))) return;
  }
  throw new Error("maintain never ends");
}

/** What every series store does, whatever it is made of. */
export function seriesContract(name: string, open: (retention: Retention) => Promise<SeriesStoreUnderTest>): void {
  describe(name, () => {
    let store: SeriesStoreUnderTest;
    beforeEach(async () => {
      store = await open(RETENTION);
    });
    afterEach(async () => {
      await store.remove();
    });

    const everything = {
      deviceId: "sensor-1",
      points: ["temperature"],
      from: 0,
      to: Date.UTC(2200, 0, 1),
      limit: 10_000,
    };
    const temperatures = async () => (await store.reader.range(everything)).points.temperature;

    test("what is written is read, oldest first", async () => {
      const outcome = await store.writer.write([reading(T0 + 2, 21.5), reading(T0 + 1, 20), reading(T0 + DAY, 3)]);
      expect(outcome).toEqual({ accepted: 3, conflicts: 0, rejected: [] });
      expect(await temperatures()).toEqual([
        [T0 + 1, 20],
        [T0 + 2, 21.5],
        [T0 + DAY, 3],
      ]);
    });

    test("from is included, to is not", async () => {
      await store.writer.write([0, 1, 2, 3].map((n) => reading(T0 + n, n)));
      const { points } = await store.reader.range({ ...everything, from: T0 + 1, to: T0 + 3 });
      expect(points.temperature).toEqual([
        [T0 + 1, 1],
        [T0 + 2, 2],
      ]);
    });

    test("an empty store answers with nothing", async () => {
      expect(await temperatures()).toEqual([]);
      expect(await store.reader.last("sensor-1")).toEqual({});
      expect(await store.reader.points("sensor-1")).toEqual([]);
      expect(await store.reader.devices()).toEqual([]);
      const { points } = await store.reader.aggregate({ ...everything, bucketMs: HOUR, fn: "mean" });
      expect(points).toEqual({ temperature: [] });
    });

    describe("one value for each device, point and moment", () => {
      test("the last one given wins, and is counted", async () => {
        await store.writer.write([reading(T0, 1)]);
        expect(await store.writer.write([reading(T0, 2)])).toMatchObject({ accepted: 1, conflicts: 1 });
        expect(await temperatures()).toEqual([[T0, 2]]);
      });

      test("inside one batch too", async () => {
        const batch = [reading(T0, 1), reading(T0 + 1, 5), reading(T0, 2), reading(T0, 3)];
        expect(await store.writer.write(batch)).toMatchObject({ accepted: 4, conflicts: 2 });
        expect(await temperatures()).toEqual([
          [T0, 3],
          [T0 + 1, 5],
        ]);
      });

      test("the same value again is no conflict", async () => {
        await store.writer.write([reading(T0, 1), reading(T0, 1)]);
        expect(await store.writer.write([reading(T0, 1)])).toEqual({ accepted: 1, conflicts: 0, rejected: [] });
      });

      test("a batch written again after a crash adds nothing and counts the same", async () => {
        const batch = Array.from({ length: 500 }, (_, n) => reading(T0 + n, n / 3));
        batch.push(reading(T0 + 7, -1), reading(T0 + 450, -2));
        const first = await store.writer.write(batch);
        const before = await temperatures();
        expect(first).toMatchObject({ accepted: 502, conflicts: 2 });
        expect(await store.writer.write(batch)).toEqual(first);
        expect(await temperatures()).toEqual(before);
      });

      test("a value that becomes faulty, and a number that becomes a truth value, are conflicts", async () => {
        await store.writer.write([reading(T0, 1), reading(T0 + 1, 1)]);
        const again = [reading(T0, 1, { faulty: true }), reading(T0 + 1, true)];
        const conflicts = store.conflictsSeen === "newest" ? 1 : 2;
        expect(await store.writer.write(again)).toMatchObject({ conflicts });
        expect(await temperatures()).toEqual([
          [T0, 1, "faulty"],
          [T0 + 1, true],
        ]);
      });

      test("a device that moves keeps its readings, and one of each moment", async () => {
        const moved = { ...owner, compound: "p2", building: "b7" };
        await store.writer.write([reading(T0, 1), reading(T0 + 1, 2)]);
        await store.writer.write([reading(T0 + 2, 3, { owner: moved })]);
        const hours = { ...everything, bucketMs: HOUR, fn: "sum" as const };
        expect((await store.reader.aggregate(hours)).points.temperature).toEqual([[T0, 6]]);
        await store.writer.write([reading(T0 + 1, 2, { owner: moved })]);
        expect(await temperatures()).toEqual([
          [T0, 1],
          [T0 + 1, 2],
          [T0 + 2, 3],
        ]);
      });

      test("devices and points are kept apart whatever their names are", async () => {
        const names = ["a", "a'b", 'a"b', "温度", "a b", "🌡️", "__proto__", "constructor", "x\u0000y"];
        const batch = names.flatMap((device, d) =>
          names.map((point, p) => reading(T0, d * 100 + p, { owner: ownerOf(device), point })),
        );
        expect(await store.writer.write(batch)).toMatchObject({ accepted: 81, conflicts: 0 });
        for (const [d, deviceId] of names.entries()) {
          const { points } = await store.reader.range({ ...everything, deviceId, points: names });
          for (const [p, point] of names.entries()) {
            expect(Object.getOwnPropertyDescriptor(points, point)?.value).toEqual([[T0, d * 100 + p]]);
          }
          expect(await store.reader.points(deviceId)).toEqual(names.toSorted());
        }
        expect(await store.reader.devices()).toEqual(names.toSorted());
      });
    });

    describe("what cannot be stored is refused by index", () => {
      const bad: [string, SeriesPoint][] = [
        ["NaN", reading(T0, Number.NaN)],
        ["infinity", reading(T0, -Infinity)],
        ["text for a number", reading(T0, "21", { type: "number" })],
        ["a number for text", reading(T0, 21, { type: "string" })],
        ["a number for a truth value", reading(T0, 1, { type: "boolean" })],
        ["a fraction for an integer", reading(T0, 1.5, { type: "integer" })],
        ["a text of 257 characters", reading(T0, "x".repeat(257))],
        ["a text of 64 KiB", reading(T0, "x".repeat(65_536))],
        ["half a surrogate pair", reading(T0, "a\ud800b")],
        ["a fraction of a millisecond", reading(T0 + 0.5, 1)],
        ["a time before 1970", reading(-1, 1)],
        ["a time in microseconds", reading(T0 * 1_000, 1)],
        ["no time", reading(Number.NaN, 1)],
        ["a name of 10,000 characters", reading(T0, 1, { point: "p".repeat(10_000) })],
        ["an empty device id", reading(T0, 1, { owner: ownerOf("") })],
      ];

      test.each(bad)("%s", async (_, point) => {
        const outcome = await store.writer.write([reading(T0, 1), point, reading(T0 + 1, 2)]);
        expect(outcome).toEqual({ accepted: 2, conflicts: 0, rejected: [{ index: 1, reason: expect.any(String) }] });
        expect(await temperatures()).toEqual([
          [T0, 1],
          [T0 + 1, 2],
        ]);
      });
    });

    describe("values come back as they were", () => {
      const values = [0, -0, 5e-324, 1.7976931348623157e308, -1e-300, 0.1 + 0.2, 2 ** 53 + 2, 1e21, 1 / 3];
      const texts = [
        "",
        "closing",
        "12",
        "1e5",
        "温度过高 🔥",
        'it\'s "quoted"',
        "x".repeat(256),
        "🔥".repeat(256),
        "a\u0000b",
      ];

      test.each(values)("the number %d, bit for bit", async (value) => {
        await store.writer.write([reading(T0, value)]);
        expect(await temperatures()).toEqual([[T0, value]]);
      });

      test.each(texts)("the text %j", async (value) => {
        await store.writer.write([reading(T0, value)]);
        expect(await temperatures()).toEqual([[T0, value]]);
      });

      test("truth values, integers, moments, enums and lists", async () => {
        const batch = [
          reading(T0, true),
          reading(T0 + 1, false),
          reading(T0 + 2, 7, { type: "integer" }),
          reading(T0 + 3, T0, { type: "time" }),
          reading(T0 + 4, "open", { type: "enum" }),
          reading(T0 + 5, "a,b", { type: "list" }),
        ];
        await store.writer.write(batch);
        expect(await temperatures()).toEqual(batch.map(({ at, value }) => [at, value]));
      });
    });

    test("a point declared anew as another type keeps what it had", async () => {
      await store.writer.write([reading(T0, 20), reading(T0 + 1, "warm"), reading(T0 + 2, 22), reading(T0 + 3, true)]);
      expect(await temperatures()).toEqual([
        [T0, 20],
        [T0 + 1, "warm"],
        [T0 + 2, 22],
        [T0 + 3, true],
      ]);
      expect(await store.reader.points("sensor-1")).toEqual(["temperature"]);
    });

    describe("limit", () => {
      test("is per point, from the oldest, and says that there is more", async () => {
        await store.writer.write(
          [0, 1, 2].flatMap((n) => [reading(T0 + n, n), reading(T0 + n, n, { point: "other" })]),
        );
        const query = { ...everything, points: ["temperature", "other"], limit: 2 };
        const { points, truncated } = await store.reader.range(query);
        expect(truncated).toBe(true);
        const samples = [
          [T0, 0],
          [T0 + 1, 1],
        ];
        expect(points).toEqual({ temperature: samples, other: samples });
      });

      test("reached exactly is not truncated, across days", async () => {
        await store.writer.write([reading(T0, 0), reading(T0 + DAY, 1)]);
        expect(await store.reader.range({ ...everything, limit: 2 })).toMatchObject({ truncated: false });
        expect(await store.reader.range({ ...everything, limit: 1 })).toMatchObject({ truncated: true });
        const buckets = { ...everything, bucketMs: MINUTE, fn: "count" as const };
        expect(await store.reader.aggregate({ ...buckets, limit: 2 })).toMatchObject({ truncated: false });
        const cut = await store.reader.aggregate({ ...buckets, limit: 1 });
        expect(cut).toMatchObject({ truncated: true, points: { temperature: [[T0, 1]] } });
      });
    });

    describe("last", () => {
      test("is the newest moment of each point, not the newest arrival", async () => {
        await store.writer.write([reading(T0 + HOUR, 2), reading(T0, 1, { point: "door" })]);
        await store.writer.write([reading(T0 + 5, 1), reading(T0 - 40 * DAY, 9, { point: "door" })]);
        expect(await store.reader.last("sensor-1")).toEqual({ temperature: [T0 + HOUR, 2], door: [T0, 1] });
      });

      test("says that the newest is faulty", async () => {
        await store.writer.write([reading(T0, 1), reading(T0 + 1, 999, { faulty: true })]);
        expect(await store.reader.last("sensor-1")).toEqual({ temperature: [T0 + 1, 999, "faulty"] });
      });

      test("is of whatever kind the device was when it said so", async () => {
        const at = Date.now();
        const now = { ...owner, kind: "elevator" };
        await store.writer.write([reading(at - 20 * HOUR, 1), reading(at - 9 * HOUR, 2, { owner: now })]);
        const since = Array.from({ length: 40 }, (_, n) => reading(at - n, n, { point: "load", owner: now }));
        await store.writer.write(since);
        expect(await store.reader.last("sensor-1")).toEqual({ temperature: [at - 9 * HOUR, 2], load: [at, 0] });
      });

      test("is still known when the raw reading is gone", async () => {
        await store.writer.write([
          reading(T0, 1),
          reading(T0 + 20 * HOUR, 7),
          reading(T0 + 3 * HOUR, "x", { point: "state" }),
        ]);
        await settle(store.writer, T0 + 200 * DAY);
        expect(await temperatures()).toEqual([]);
        expect(await store.reader.last("sensor-1")).toEqual({
          temperature: [T0 + 20 * HOUR, 7],
          state: [T0 + 3 * HOUR, "x"],
        });
      });
    });

    test("questions that make no sense are refused", async () => {
      const wrong = { code: "invalid" };
      await expect(store.reader.range({ ...everything, limit: 0 })).rejects.toMatchObject(wrong);
      await expect(store.reader.range({ ...everything, from: Number.NaN })).rejects.toMatchObject(wrong);
      const buckets = { ...everything, bucketMs: 999, fn: "mean" as const };
      await expect(store.reader.aggregate(buckets)).rejects.toMatchObject(wrong);
    });

    test("a closed store writes nothing more", async () => {
      await store.writer.close();
      await expect(store.writer.write([reading(T0, 1)])).rejects.toMatchObject({ code: "unavailable" });
    });
  });
}
