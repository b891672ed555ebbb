import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings, type Settings, serveLocal, socketPath, systemClock } from "@linli/runtime";
import {
  openSqliteSeriesReader,
  openSqliteSeriesWriter,
  type Retention,
  type SeriesOwner,
  type SeriesPoint,
  type SeriesWriter,
} from "@linli/stores";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CopyJob, copySeries } from "./job.ts";
import { END_OF_TIME } from "./plan.ts";
import { parseStoreAddress } from "./store-address.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const T0 = Date.UTC(2026, 10, 1);
const RETENTION: Retention = { rawMs: 10 * DAY, fiveMinutesMs: 730 * DAY, hourMs: 3_650 * DAY };

let dir = "";
let settings: Settings;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "linli-copy-"));
  settings = readSettings({ LINLI_DATA_DIR: join(dir, "data") });
});
afterEach(() => rm(dir, { recursive: true }));

const folder = (name: string) => join(dir, name, "series");
const address = (name: string) => parseStoreAddress("--from", `sqlite:${folder(name)}`, { settings, credentials: {} });

function ownerOf(deviceId: string): SeriesOwner {
  return { deviceId, kind: "environment-sensor", community: "c1", compound: "", building: "" };
}

function reading(
  deviceId: string,
  at: number,
  value: SeriesPoint["value"],
  rest: Partial<SeriesPoint> = {},
): SeriesPoint {
  const type = typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "string";
  return { owner: ownerOf(deviceId), point: "temperature", type, value, at, ...rest };
}

async function fill(name: string, points: readonly SeriesPoint[], settledAt?: number): Promise<void> {
  const writer: SeriesWriter = await openSqliteSeriesWriter({ dir: folder(name), retention: RETENTION });
  await writer.write(points);
  while (settledAt !== undefined && (await writer.maintain(settledAt, 50)));
  await writer.close();
}

function job(change: Partial<CopyJob> = {}): CopyJob {
  const whole = { since: 0, until: END_OF_TIME, dryRun: false, verify: true };
  return { from: address("a"), to: address("b"), ...whole, ...change };
}

const copy = (change: Partial<CopyJob> = {}, progress = () => {}) =>
  copySeries(job(change), { settings, clock: systemClock, progress });

async function ask<T>(
  name: string,
  question: (reader: Awaited<ReturnType<typeof openSqliteSeriesReader>>) => Promise<T>,
): Promise<T> {
  const reader = await openSqliteSeriesReader({ dir: folder(name) });
  try {
    return await question(reader);
  } finally {
    await reader.close();
  }
}

const everything = (name: string, deviceId: string, point = "temperature") =>
  ask(name, async (reader) => {
    const query = { deviceId, points: [point], from: 0, to: END_OF_TIME, limit: 10_000 };
    return (await reader.range(query)).points[point];
  });

const hours = (name: string, deviceId: string, bucketMs = HOUR) =>
  ask(name, (reader) => {
    const query = { deviceId, points: ["temperature"], from: 0, to: END_OF_TIME, limit: 10_000 };
    return reader.aggregate({ ...query, bucketMs, fn: "sum" });
  });

const some = (deviceId: string, begin = T0, count = 100) =>
  Array.from({ length: count }, (_, n) => reading(deviceId, begin + n * 13 * MINUTE, n / 7));

describe("series copy, folder to folder", () => {
  it("moves readings as they are, faulty ones and texts too, and finds both sides equal", async () => {
    const odd = [
      reading("s1", T0 + 1, 999, { faulty: true }),
      reading("s1", T0 + 2, "warm"),
      reading("s1", T0 + 3, true),
    ];
    await fill("a", [...some("s1"), ...some("s2"), ...odd]);
    const report = await copy();
    expect(report).toMatchObject({ readings: 203, rollUps: 0, rejected: {}, unknownDevices: [], resumed: false });
    expect(report.verification).toMatchObject({ from: { count: 203 }, to: { count: 203 }, extra: 0, differences: [] });
    expect(await everything("b", "s1")).toEqual(await everything("a", "s1"));
  });

  it("copies what comes while it runs, and compares what was there when it began", async () => {
    const middle = T0 + 50 * 13 * MINUTE;
    await fill("a", some("s1"));
    const report = await copySeries(job(), {
      settings,
      clock: { ...systemClock, now: () => middle },
      progress: () => {},
    });
    expect(report).toMatchObject({ readings: 100, verification: { from: { count: 50 }, to: { count: 50 } } });
    expect(report.verification).toMatchObject({ until: middle, extra: 0, differences: [] });
    expect(await everything("b", "s1")).toHaveLength(100);
  });

  it("moves the roll-ups of days whose readings are gone, so that the copy answers the same", async () => {
    const now = T0 + 30 * DAY;
    await fill("a", [...some("s1"), ...some("s1", now - 2 * DAY)], now);
    const report = await copy();
    expect(report.readings).toBe(100);
    expect(report.rollUps).toBeGreaterThan(100);
    expect(report.verification?.differences).toEqual([]);
    for (const bucketMs of [5 * MINUTE, HOUR, DAY]) {
      expect(await hours("b", "s1", bucketMs)).toEqual(await hours("a", "s1", bucketMs));
    }
    expect(await ask("b", (reader) => reader.last("s1"))).toEqual(await ask("a", (reader) => reader.last("s1")));
  });

  it("takes only the devices and the stretch asked for", async () => {
    await fill("a", [...some("lift-1"), ...some("lift-2"), ...some("door-1")]);
    const report = await copy({ devices: "lift-*", since: T0 + HOUR, until: T0 + 2 * HOUR });
    expect(report.readings).toBe(2 * 5);
    expect(await ask("b", (reader) => reader.devices())).toEqual(["lift-1", "lift-2"]);
    await expect(copy({ devices: "camera-*" })).rejects.toMatchObject({ code: "not-found" });
  });

  it("only says what it would do in a dry run", async () => {
    await fill("a", some("s1"));
    expect(await copy({ dryRun: true })).toMatchObject({ dryRun: true, readings: 100, rollUps: 0 });
    expect(await readdir(dir)).not.toContain("b");
  });

  it("told twice it is the same", async () => {
    await fill("a", some("s1"));
    await copy();
    const again = await copy();
    expect(again.verification).toMatchObject({ from: { count: 100 }, to: { count: 100 }, extra: 0, differences: [] });
    expect(await everything("b", "s1")).toHaveLength(100);
  });

  it("sets right what the target has otherwise, and says what it has beyond", async () => {
    await fill("a", some("s1", T0, 10));
    await copy();
    await fill("b", [reading("s1", T0, 1_000), reading("s1", T0 + 1, 5)]);
    const report = await copy();
    expect((await everything("b", "s1"))?.slice(0, 2)).toEqual([
      [T0, 0],
      [T0 + 1, 5],
    ]);
    expect(report.verification).toMatchObject({ differences: [], extra: 1 });
  });

  it("does not copy into a folder that a running platform writes", async () => {
    await fill("a", some("s1"));
    await fill("b", []);
    const holder = await serveLocal(socketPath(join(dir, "b"), "supervisor"), {});
    await expect(copy()).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("in use by a running platform"),
    });
    await holder.close();
    expect(await copy()).toMatchObject({ readings: 100 });
  });

  it("copies from a folder in use", async () => {
    await fill("a", some("s1"));
    const holder = await serveLocal(socketPath(join(dir, "a"), "supervisor"), {});
    expect(await copy()).toMatchObject({ readings: 100 });
    await holder.close();
  });

  it("refuses a source that is not there, and the same store twice", async () => {
    await expect(copy()).rejects.toMatchObject({ code: "not-found" });
    await expect(copy({ to: address("a") })).rejects.toMatchObject({ code: "invalid" });
  });

  it("gives up nothing that the target has of its own", async () => {
    const now = T0 + 30 * DAY;
    await fill("a", [...some("s1"), ...some("s1", now - 2 * DAY)], now);
    await fill("b", some("s9", T0 + HOUR));
    await expect(copy()).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("s9") });
    expect(await everything("b", "s9")).toHaveLength(100);
    const since = now - 5 * DAY;
    expect(await copy({ since })).toMatchObject({ readings: 100, rollUps: 0 });
  });
});

describe("an interrupted copy", () => {
  const checkpoints = async () =>
    (await readdir(settings.LINLI_DATA_DIR)).filter((name) => name.startsWith("series-copy-"));

  it("goes on where it was, and leaves nothing behind", async () => {
    // pages end with a slot of five minutes: two slots with more readings than a page holds
    const crowd = (begin: number) => Array.from({ length: 51_000 }, (_, n) => reading("s1", begin + n, n));
    await fill("a", [...crowd(T0), ...crowd(T0 + 10 * MINUTE), ...crowd(T0 + 20 * MINUTE)]);
    let pages = 0;
    // a clock in which a checkpoint is due after each page, and a stop after the second
    let time = 0;
    const clock = { ...systemClock, monotonic: () => (time += 10_000) };
    const interrupted = copySeries(job(), {
      settings,
      clock,
      progress: () => {
        if (++pages === 5) throw new Error("pulled the plug");
      },
    });
    await expect(interrupted).rejects.toThrow("pulled the plug");
    const [file = ""] = await checkpoints();
    const { tally } = JSON.parse(await readFile(join(settings.LINLI_DATA_DIR, file), "utf8")) as {
      tally: { readings: number };
    };
    expect(tally.readings).toBeGreaterThan(0);
    expect(tally.readings).toBeLessThan(153_000);
    expect(file).not.toMatch(/token|password/);

    const report = await copy();
    expect(report).toMatchObject({ resumed: true, readings: 153_000 });
    expect(report.verification).toMatchObject({ from: { count: 153_000 }, to: { count: 153_000 }, differences: [] });
    expect(await checkpoints()).toEqual([]);
  });

  it("begins anew when something else is asked, or the file is cut short", async () => {
    await fill("a", some("s1"));
    await copy();
    const name = (await import("./checkpoint.ts")).checkpointFile(
      settings.LINLI_DATA_DIR,
      job().from.name,
      job().to.name,
    );
    await writeFile(name, '{"job":"[\\"another');
    expect(await copy()).toMatchObject({ resumed: false, readings: 100 });
  });
});
