import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { PointValue } from "@linli/model";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SeriesPoint, SeriesWriter } from "../port.ts";
import { SeriesQueries } from "./queries.ts";
import { openSqliteSeriesWriter } from "./writer.ts";

const T0 = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;
const HOUR = 3_600_000;
const retention = { rawMs: 90 * DAY, fiveMinutesMs: 730 * DAY, hourMs: 3_650 * DAY };
const owner = { deviceId: "d", kind: "k", community: "", compound: "", building: "" };
const everything = { deviceId: "d", points: ["p"], from: 0, to: Date.UTC(2100, 0), limit: 10_000_000 };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "linli-series-writer-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const open = () => openSqliteSeriesWriter({ dir, retention });

function point(at: number, value: PointValue, rest: Partial<SeriesPoint> = {}): SeriesPoint {
  return { owner, point: "p", type: "number", value, at, ...rest };
}

async function settle(writer: SeriesWriter, now: number): Promise<void> {
  while (await writer.maintain(now, 1)) {
    // each call does one step at least
  }
}

/** A look at the folder with fresh eyes. */
function read<T>(look: (queries: SeriesQueries) => T): T {
  const queries = new SeriesQueries(dir);
  try {
    return look(queries);
  } finally {
    queries.close();
  }
}

test("a new writer goes on where the last one ended", async () => {
  const first = await open();
  await first.write([point(T0, 1), point(T0 + 1, 2)]);
  await first.close();
  const second = await open();
  expect(await second.write([point(T0, 1), point(T0 + 1, 3), point(T0 + 2, 4)])).toMatchObject({ conflicts: 1 });
  await second.close();
  expect(read((queries) => queries.range(everything).points.p)).toEqual([
    [T0, 1],
    [T0 + 1, 3],
    [T0 + 2, 4],
  ]);
});

test("a folder from a newer version is refused untouched", async () => {
  await (await open()).close();
  const path = join(dir, "catalogue.db");
  const db = new DatabaseSync(path);
  db.exec("PRAGMA user_version = 99");
  db.close();
  const before = { names: await readdir(dir), bytes: await readFile(path) };
  await expect(open()).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("99") });
  expect({ names: await readdir(dir), bytes: await readFile(path) }).toEqual(before);
});

test("a fleet that fills a slot gets its slot cut, and reads as if nothing had been", async () => {
  const writer = await open();
  const series = 40;
  const rounds = 11_000;
  const latest = T0 + rounds * 10;
  // one device's clock is ahead: its reading lies behind every cut and must move
  await writer.write([point(latest + 1_000, -1, { point: "p39" })]);
  let batch: SeriesPoint[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let n = 0; n < series; n++) batch.push(point(T0 + round * 10 + (n % 7), round, { point: `p${n}` }));
    if (batch.length >= 20_000) {
      expect(await writer.write(batch)).toMatchObject({ accepted: batch.length, conflicts: 0 });
      batch = [];
    }
  }
  expect(await writer.write(batch)).toMatchObject({ accepted: batch.length, conflicts: 0 });
  const db = new DatabaseSync(join(dir, "2026-11-23.db"));
  expect(db.prepare("SELECT count(*) AS n FROM slot").get()?.n).toBeGreaterThan(288);
  db.close();
  // an identity is the same on both sides of a cut
  const again = [
    point(T0 + 39, 3, { point: "p39" }),
    point(T0 + 44, 99, { point: "p39" }),
    point(latest + 1_000, -2, { point: "p39" }),
  ];
  expect(await writer.write(again)).toMatchObject({ accepted: 3, conflicts: 2 });
  const samples = read((queries) => queries.range({ ...everything, points: ["p39"] }).points.p39) ?? [];
  const expected = Array.from({ length: rounds }, (_, round) => [T0 + round * 10 + 4, round === 4 ? 99 : round]);
  expect(samples.filter(([at]) => at !== T0 + 39)).toEqual([...expected, [latest + 1_000, -2]]);
  const everyRound = Array.from({ length: rounds }, (_, round) => point(T0 + round * 10 + 3, round, { point: "p38" }));
  expect(await writer.write(everyRound)).toMatchObject({ conflicts: 0 });
  expect(read((queries) => queries.range({ ...everything, points: ["p38"] }).points.p38)).toHaveLength(rounds);
  const ask = { ...everything, points: ["p39"], bucketMs: HOUR, fn: "count" as const };
  const total = { points: { p39: [[T0, rounds + 2]] } };
  expect(read((queries) => queries.aggregate(ask))).toMatchObject(total);
  await settle(writer, T0 + 2 * HOUR);
  expect(read((queries) => queries.aggregate(ask))).toMatchObject(total);
  expect(read((queries) => queries.last("d")).p39).toEqual([latest + 1_000, -2]);
  await writer.close();
});

test("roll-ups answer once an hour is over; the raw day is then not needed for them", async () => {
  const writer = await open();
  const values = Array.from({ length: 24 * 60 }, (_, minute) => point(T0 + minute * 60_000, minute));
  await writer.write(values);
  await settle(writer, T0 + 2 * DAY);
  await writer.close();
  await rm(join(dir, "2026-11-23.db"));
  const { points } = read((queries) => queries.aggregate({ ...everything, bucketMs: DAY, fn: "sum" }));
  expect(points.p).toEqual([[T0, (1_440 * 1_439) / 2]]);
});

test("an hour begun by a writer that was killed is rolled up by the next", async () => {
  const first = await open();
  const names = Array.from({ length: 3_000 }, (_, n) => `p${n}`);
  await first.write(names.map((name) => point(T0, 1, { point: name })));
  // one step leaves the hour half done
  expect(await first.maintain(T0 + DAY, 0)).toBe(true);
  await first.close();
  const second = await open();
  await second.write([point(T0 + 1, 5, { point: "p2999" }), point(T0, 1, { point: "p0", faulty: true })]);
  await settle(second, T0 + 2 * DAY);
  await second.close();
  const ask = { ...everything, points: ["p0", "p1", "p2999"], bucketMs: HOUR, fn: "sum" as const };
  expect(read((queries) => queries.aggregate(ask)).points).toEqual({ p0: [], p1: [[T0, 1]], p2999: [[T0, 6]] });
});

test("what is written into an hour while it is being rolled up is not forgotten", async () => {
  const writer = await open();
  const names = Array.from({ length: 3_000 }, (_, n) => `p${n}`);
  await writer.write(names.map((name) => point(T0 + 20 * HOUR, 1, { point: name })));
  await writer.write([point(T0, 1, { point: "p2999" })]);
  // one step has passed p0, which has nothing yet
  expect(await writer.maintain(T0 + 2 * HOUR, 0)).toBe(true);
  await writer.write([point(T0, 7, { point: "p0" })]);
  await settle(writer, T0 + 2 * HOUR);
  await writer.close();
  const ask = { ...everything, points: ["p0", "p2999"], bucketMs: HOUR, to: T0 + HOUR, fn: "sum" as const };
  expect(read((queries) => queries.aggregate(ask)).points).toEqual({ p0: [[T0, 7]], p2999: [[T0, 1]] });
});

test("retention deletes whole files; a reader that had them open goes on", async () => {
  const writer = await open();
  await writer.write([0, 1, 2].map((day) => point(T0 + day * DAY, day)));
  const queries = new SeriesQueries(dir);
  expect(queries.range(everything).points.p).toHaveLength(3);
  await settle(writer, T0 + 92 * DAY + 1);
  const left = (await readdir(dir)).filter((name) => name.endsWith(".db"));
  expect(left.toSorted()).toEqual(["1h-2026.db", "2026-11-25.db", "5m-2026-11.db", "catalogue.db"]);
  expect(queries.range(everything).points.p).toEqual([[T0 + 2 * DAY, 2]]);
  queries.close();
  await writer.close();
});

test("a reader sees each batch as soon as it is written, from before the folder was there", async () => {
  const inner = join(dir, "not", "there", "yet");
  const queries = new SeriesQueries(inner);
  expect(queries.range(everything).points.p).toEqual([]);
  const writer = await openSqliteSeriesWriter({ dir: inner, retention });
  for (let n = 1; n <= 50; n++) {
    await writer.write([point(T0 + n, n)]);
    expect(queries.range(everything).points.p).toHaveLength(n);
    expect(queries.last("d")).toEqual({ p: [T0 + n, n] });
  }
  queries.close();
  await writer.close();
});

test("a batch over more days than are kept open", async () => {
  const writer = await open();
  const batch = Array.from({ length: 60 }, (_, n) => point(T0 + ((n * 7) % 30) * DAY + n, n));
  expect(await writer.write(batch)).toMatchObject({ accepted: 60, conflicts: 0 });
  expect(read((queries) => queries.range(everything).points.p)).toHaveLength(60);
  await writer.close();
});

test("a damaged day is set aside and named; other days, and what was summarised of it, stay readable", async () => {
  const first = await open();
  await first.write([point(T0, 1), point(T0 + DAY, 2)]);
  await settle(first, T0 + 12 * HOUR);
  await first.close();
  const damaged = join(dir, "2026-11-23.db");
  await writeFile(damaged, Buffer.alloc(8_192, 0xa5));
  const second = await open();
  const batch = [point(T0 + 13 * HOUR, 3), point(T0 + DAY + 1, 4)];
  await expect(second.write(batch)).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining(`${damaged}.damaged-1`),
  });
  expect(await second.write(batch)).toMatchObject({ accepted: 2 });
  await settle(second, T0 + 3 * DAY);
  await second.close();
  expect(await readFile(`${damaged}.damaged-1`)).toHaveLength(8_192);
  const { points } = read((queries) => queries.aggregate({ ...everything, bucketMs: DAY, fn: "sum" }));
  expect(points.p).toEqual([
    [T0, 4],
    [T0 + DAY, 6],
  ]);
});
