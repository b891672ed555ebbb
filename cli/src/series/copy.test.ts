import { type Device, deviceSchema, LinliError } from "@linli/model";
import { systemClock } from "@linli/runtime";
import { createMemorySeries, type SeriesOwner, type SeriesPoint, type SeriesWriter } from "@linli/stores";
import { describe, expect, it } from "vitest";
import { copyHistory } from "./copy.ts";
import { Owners } from "./owners.ts";
import { END_OF_TIME, type HistoryWriter, historyReader, historyWriter, makePlan } from "./plan.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const T0 = Date.UTC(2026, 10, 1);
const SHORT = { rawMs: 10 * DAY, fiveMinutesMs: 730 * DAY, hourMs: 3_650 * DAY };

const owner: SeriesOwner = { deviceId: "s1", kind: "", community: "", compound: "", building: "" };
const reading = (at: number, value: number, deviceId = "s1"): SeriesPoint => {
  return { owner: { ...owner, deviceId }, point: "temperature", type: "number", value, at };
};

const places = [
  { id: "sub", level: "subdistrict", parentId: null, name: "S", order: 0 },
  { id: "com", level: "community", parentId: "sub", name: "C", order: 0 },
  { id: "tower", level: "building", parentId: "com", name: "T", order: 0 },
] as const;
const device = (id: string, rest: Partial<Device> = {}) =>
  deviceSchema.parse({ id, kind: "environment-sensor", name: id, placeId: "tower", createdAt: 0, ...rest });

/** A store in memory that keeps what it was given. */
function recorded(
  change: (writer: SeriesWriter) => SeriesWriter["write"] = (writer) => (batch) => writer.write(batch),
) {
  const { writer, reader } = createMemorySeries();
  const points: SeriesPoint[] = [];
  const write: SeriesWriter["write"] = async (batch) => {
    const outcome = await change(writer)(batch);
    points.push(...batch);
    return outcome;
  };
  const whole = historyWriter(writer, "target");
  const recording: HistoryWriter = {
    write,
    keepSince: (since) => whole.keepSince(since),
    writeRollUps: (batch) => whole.writeRollUps(batch),
    maintain: async () => false,
    close: async () => {},
  };
  return { points, writer: recording, reader: historyReader(reader, "target") };
}

async function run(
  source: readonly SeriesPoint[],
  target: ReturnType<typeof recorded>,
  { owners = new Owners({ devices: [device("s1")], places }), drops = false, now = T0 + 30 * DAY } = {},
) {
  const from = createMemorySeries();
  await from.writer.write(source);
  const reader = historyReader(from.reader, "source");
  const plan = await makePlan({
    ...{ source: reader, target: target.reader, from: 0, to: END_OF_TIME, devices: undefined, now },
    drops: drops ? SHORT : undefined,
  });
  const clock = { ...systemClock, after: (_: number, call: () => void) => systemClock.after(0, call) };
  const deps = { source: reader, writer: target.writer, owners, clock, reached: async () => {} };
  return { tally: await copyHistory(plan, deps), owners };
}

describe("what is copied", () => {
  it("gets its place from the registry, retired devices too; one object for each device", async () => {
    const target = recorded();
    const owners = new Owners({ devices: [device("s1"), device("old", { retiredAt: 5 })], places });
    await run([reading(T0, 1), reading(T0 + 1, 2), reading(T0, 3, "old")], target, { owners });
    const place = { kind: "environment-sensor", community: "com", compound: "", building: "tower" };
    expect(target.points.map((point) => point.owner)).toEqual([
      { deviceId: "s1", ...place },
      { deviceId: "s1", ...place },
      { deviceId: "old", ...place },
    ]);
    expect(target.points[0]?.owner).toBe(target.points[1]?.owner);
  });

  it("a device that nobody knows is left out by name, or goes under the kind that is given for such", async () => {
    const readings = [reading(T0, 1), reading(T0, 3, "stranger")];
    const without = recorded();
    const { tally, owners } = await run(readings, without);
    expect(tally.readings).toBe(1);
    expect([...owners.missing]).toEqual(["stranger"]);

    const named = new Owners({ devices: [device("s1")], places }, "unknown-thing");
    const target = recorded();
    expect((await run(readings, target, { owners: named })).tally.readings).toBe(2);
    expect(target.points[1]?.owner).toMatchObject({ deviceId: "stranger", kind: "unknown-thing", building: "" });
  });

  it("what the target refuses is counted by its reason and takes nothing with it", async () => {
    const target = recorded((writer) => async (batch) => {
      const kept = batch.filter(({ value }) => value !== 13);
      const outcome = await writer.write(kept);
      return {
        ...outcome,
        rejected: batch.flatMap((point, index) => (point.value === 13 ? [{ index, reason: "unlucky" }] : [])),
      };
    });
    const { tally } = await run([reading(T0, 12), reading(T0 + 1, 13), reading(T0 + 2, 14)], target);
    expect(tally).toEqual({ readings: 2, rollUps: 0, rejected: { unlucky: 1 } });
  });

  it("waits for a target that is away, and fails as it does when it stays away", async () => {
    let away = 3;
    const back = recorded((writer) => (batch) => {
      if (away-- > 0) return Promise.reject(new LinliError("unavailable", "refused"));
      return writer.write(batch);
    });
    expect((await run([reading(T0, 1)], back)).tally.readings).toBe(1);
    const gone = recorded(() => () => Promise.reject(new LinliError("unavailable", "refused")));
    await expect(run([reading(T0, 1)], gone)).rejects.toMatchObject({ code: "unavailable" });
  });

  it("readings older than the target keeps go as roll-ups, none twice", async () => {
    const now = T0 + 30 * DAY;
    const readings = [
      ...Array.from({ length: 60 }, (_, n) => reading(T0 + n * 7 * MINUTE, n)),
      ...Array.from({ length: 60 }, (_, n) => reading(now - 2 * DAY + n * 7 * MINUTE, n)),
    ];
    const target = recorded();
    const { tally } = await run(readings, target, { drops: true, now });
    expect(tally.readings).toBe(60);
    expect(target.points.every(({ at }) => at >= now - 10 * DAY)).toBe(true);
    const range = { deviceId: "s1", points: ["temperature"], from: 0, to: now + DAY, limit: 1_000 };
    const { points } = await target.reader.aggregate({ ...range, bucketMs: DAY, fn: "count" });
    expect(points.temperature).toEqual([
      [T0, 60],
      [now - 2 * DAY, 60],
    ]);
    const fine = await target.reader.aggregate({ ...range, from: T0, to: T0 + HOUR, bucketMs: 5 * MINUTE, fn: "sum" });
    expect(fine.level).toBe("5m");
    expect(fine.points.temperature).toHaveLength(9);
  });
});
