import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  openSqliteSeriesReader,
  openSqliteSeriesWriter,
  type Retention,
  type SeriesOwner,
  type SeriesPoint,
  type SeriesReader,
} from "@linli/stores";

/**
 * The series store alone: `node bench/src/series.ts [folder]`. 20,000 devices of three points, one thread, every batch
 * on disk before the next. Absolute figures belong to the machine and the moment; the ratios of one run are what to compare.
 */
const DEVICES = 20_000;
const POINTS = ["temperature", "humidity", "pressure"];
const BATCH_MESSAGES = 6_400;
const MEASURE_MS = 10_000;
const CADENCE_MS = 900_000;
/** A fleet that sends as fast as it is stored: about this many messages in a second of its own time. */
const FLAT_OUT = 50_000;
const QUERIES = 500;

const DAY = 86_400_000;
const YESTERDAY = Date.UTC(2026, 10, 22);
const TODAY = YESTERDAY + DAY;
const retention: Retention = { rawMs: 90 * DAY, fiveMinutesMs: 730 * DAY, hourMs: 3_650 * DAY };
const owners: readonly SeriesOwner[] = Array.from({ length: DEVICES }, (_, n) => ({
  deviceId: `device-${n}`,
  kind: "environment-sensor",
  community: "c1",
  compound: "p1",
  building: "b1",
}));

type Store = (batch: readonly SeriesPoint[]) => Promise<unknown> | void;

interface Figures {
  readonly pointsPerSecond: number;
  readonly cpuMicrosPerPoint: number;
  readonly bytesPerPoint: number;
  readonly p99Ms: number;
}

/** Messages in a shuffled order of devices; only the time spent in `store` counts. */
async function measure(store: Store, begin: number, stepMs: number, until: (spent: number, at: number) => boolean) {
  const bytesBefore = await bytesWritten();
  const took: number[] = [];
  let spent = 0;
  let cpu = 0;
  let message = 0;
  for (let at = begin; !until(spent, at); ) {
    const batch: SeriesPoint[] = [];
    for (let n = 0; n < BATCH_MESSAGES; n++, message++) {
      const owner = owners[(message * 7_919) % DEVICES] as SeriesOwner;
      at = begin + Math.floor(message * stepMs) + (message % 500);
      for (const point of POINTS) batch.push({ owner, point, type: "number", value: 20 + (message % 97) / 7, at });
    }
    const cpuBefore = process.cpuUsage();
    const began = performance.now();
    await store(batch);
    const ms = performance.now() - began;
    const { user, system } = process.cpuUsage(cpuBefore);
    took.push(ms);
    spent += ms;
    cpu += user + system;
  }
  const points = message * POINTS.length;
  return {
    pointsPerSecond: (points / spent) * 1_000,
    cpuMicrosPerPoint: cpu / points,
    bytesPerPoint: ((await bytesWritten()) - bytesBefore) / points,
    p99Ms: percentile(took, 0.99),
  };
}

async function bytesWritten(): Promise<number> {
  const text = await readFile("/proc/self/io", "utf8").catch(() => "");
  return Number(/wchar: (\d+)/.exec(text)?.[1] ?? Number.NaN);
}

function percentile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;
}

const enough = (spent: number) => spent >= MEASURE_MS;

/** The usual layout, beside which ours is measured: one table, ordered by series, then time. */
function plainLayout(dir: string): { store: Store; close: () => void } {
  const db = new DatabaseSync(join(dir, "plain.db"));
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000;
    PRAGMA cache_size = -65536;
    CREATE TABLE raw (s INTEGER, t INTEGER, v, f INTEGER, PRIMARY KEY (s, t)) WITHOUT ROWID`);
  const insert = db.prepare("INSERT OR REPLACE INTO raw VALUES (?, ?, ?, 0)");
  const ids = new Map<string, number>();
  return {
    store(batch) {
      db.exec("BEGIN IMMEDIATE");
      for (const { owner, point, at, value } of batch) {
        const name = `${owner.deviceId} ${point}`;
        const id = ids.get(name) ?? ids.size;
        ids.set(name, id);
        insert.run(id, at, value as number);
      }
      db.exec("COMMIT");
    },
    close: () => db.close(),
  };
}

async function writes(dir: string): Promise<Map<string, Figures>> {
  const figures = new Map<string, Figures>();
  const plain = plainLayout(dir);
  figures.set("plain (series, time), flat out", await measure(plain.store, TODAY, 1_000 / FLAT_OUT, enough));
  plain.close();

  const fresh = await openSqliteSeriesWriter({ dir: join(dir, "fresh"), retention });
  const storeFresh: Store = (batch) => fresh.write(batch);
  figures.set("fresh store, flat out", await measure(storeFresh, TODAY, 1_000 / FLAT_OUT, enough));
  await fresh.close();

  const writer = await openSqliteSeriesWriter({ dir: join(dir, "series"), retention });
  const store: Store = (batch) => writer.write(batch);
  const aDay = (_: number, at: number) => at >= TODAY - 1_000;
  figures.set("a day at one message per 15 min", await measure(store, YESTERDAY, CADENCE_MS / DEVICES, aDay));
  figures.set("on top of that day, flat out", await measure(store, TODAY, 1_000 / FLAT_OUT, enough));
  const began = performance.now();
  while (await writer.maintain(TODAY + 600_000, 50)) {
    // each call is one slice
  }
  const perSecond = ((DEVICES * POINTS.length * DAY) / CADENCE_MS / (performance.now() - began)) * 1_000;
  console.log(`\nrolled up to 5 min and 1 h: ${Math.round(perSecond)} points/s`);
  await writer.close();
  return figures;
}

async function reads(reader: SeriesReader): Promise<void> {
  const query = (n: number) => ({
    deviceId: `device-${(n * 37) % DEVICES}`,
    points: ["temperature"],
    from: YESTERDAY,
    to: TODAY,
    limit: 10_000,
  });
  const questions = {
    "24 h of one series, raw": (n: number) => reader.range(query(n)),
    "24 h of one series, hourly means": (n: number) =>
      reader.aggregate({ ...query(n), bucketMs: 3_600_000, fn: "mean" }),
    "last values of a device": (n: number) => reader.last(query(n).deviceId),
  };
  console.log("\n| read, one at a time | p50 ms | p99 ms |\n|---|---|---|");
  for (const [name, ask] of Object.entries(questions)) {
    const took: number[] = [];
    for (let n = 0; n < QUERIES; n++) {
      const began = performance.now();
      await ask(n);
      took.push(performance.now() - began);
    }
    console.log(`| ${name} | ${percentile(took, 0.5).toFixed(1)} | ${percentile(took, 0.99).toFixed(1)} |`);
  }
}

if (import.meta.main) {
  const dir = await mkdtemp(join(process.argv[2] ?? tmpdir(), "linli-bench-series-"));
  try {
    const figures = await writes(dir);
    const reference = [...figures.values()][0]?.pointsPerSecond ?? Number.NaN;
    console.log(
      "\n| write | points/s | to plain | CPU µs a point | bytes written a point | batch p99 ms |\n|---|---|---|---|---|---|",
    );
    for (const [name, { pointsPerSecond, cpuMicrosPerPoint, bytesPerPoint, p99Ms }] of figures) {
      const ratio = (pointsPerSecond / reference).toPrecision(2);
      console.log(
        `| ${name} | ${Math.round(pointsPerSecond)} | ${ratio} | ${cpuMicrosPerPoint.toFixed(1)} | ${Math.round(bytesPerPoint)} | ${Math.round(p99Ms)} |`,
      );
    }
    const reader = await openSqliteSeriesReader({ dir: join(dir, "series") });
    await reads(reader);
    await reader.close();
  } finally {
    await rm(dir, { recursive: true });
  }
}
