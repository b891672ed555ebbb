import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SeriesReader, SeriesWriter } from "../port.ts";
import { openSqliteSeriesReader } from "./reader.ts";
import { openSqliteSeriesWriter } from "./writer.ts";

const T0 = Date.UTC(2026, 10, 23);
const owner = { deviceId: "d", kind: "k", community: "", compound: "", building: "" };
const query = { deviceId: "d", points: ["p", "__proto__"], from: T0, to: T0 + 1_000_000, limit: 10 };

let dir: string;
let writer: SeriesWriter;
let reader: SeriesReader;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "linli-series-reader-"));
  const retention = { rawMs: Infinity, fiveMinutesMs: Infinity, hourMs: Infinity };
  writer = await openSqliteSeriesWriter({ dir, retention });
  reader = await openSqliteSeriesReader({ dir, mostWaiting: 4 });
  const points = ["p", "__proto__"].map((point) => ({ owner, point, type: "number" as const, value: -0, at: T0 }));
  await writer.write(points);
});
afterAll(async () => {
  await reader.close();
  await writer.close();
  await rm(dir, { recursive: true });
});

test("answers every kind of question from its threads", async () => {
  const { points, truncated, level } = await reader.range(query);
  expect({ truncated, level }).toEqual({ truncated: false, level: "raw" });
  expect(Object.entries(points)).toEqual([
    ["p", [[T0, -0]]],
    ["__proto__", [[T0, -0]]],
  ]);
  const buckets = await reader.aggregate({ ...query, points: ["p"], bucketMs: 60_000, fn: "count" });
  expect(buckets).toEqual({ points: { p: [[T0, 1]] }, truncated: false, level: "raw" });
  expect(Object.entries(await reader.last("d"))).toHaveLength(2);
  expect(await reader.points("d")).toEqual(["__proto__", "p"]);
});

test("hands on the code of what is refused, and goes on", async () => {
  await expect(reader.range({ ...query, limit: 0 })).rejects.toMatchObject({ code: "invalid" });
  expect(await reader.points("d")).toHaveLength(2);
});

test("refuses what is more than may wait, and answers all the rest", async () => {
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => reader.range(query)));
  const refused = asked.filter((one) => one.status === "rejected");
  // two are with the threads, four wait
  expect(asked.length - refused.length).toBe(6);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: "unavailable" });
});

test("a closed reader refuses, and what was waiting is told", async () => {
  const other = await openSqliteSeriesReader({ dir, workers: 1 });
  const asked = Promise.allSettled([other.points("d"), other.points("d"), other.points("d")]);
  await other.close();
  for (const answer of await asked) expect(answer).toMatchObject({ reason: { code: "unavailable" } });
  await expect(other.last("d")).rejects.toMatchObject({ code: "unavailable" });
});
