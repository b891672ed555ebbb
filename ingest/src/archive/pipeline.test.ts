import { setImmediate as settled } from "node:timers/promises";
import { LinliError } from "@linli/model";
import { createFakeClock } from "@linli/runtime/testing";
import type { JournalReader, SeriesPoint, WriteOutcome } from "@linli/stores";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ArchiveHarness, embeddedPace, until } from "../testing/archive-harness.ts";
import { published } from "../testing/entries.ts";
import type { Pace } from "./pace.ts";

const NOW = Date.UTC(2026, 0, 15);
/** Two records a batch. */
const pairs: Pace = { ...embeddedPace, mostRecords: 2, enough: 2, everyMs: 0 };

let harness: ArchiveHarness;

beforeEach(async () => {
  harness = await ArchiveHarness.open();
});

afterEach(() => harness.close());

/** A series store whose writes take until they are let go, one by one. */
function gated() {
  const waiting: { readonly batch: readonly SeriesPoint[]; readonly letGo: () => void }[] = [];
  const begun: number[][] = [];
  const write = async (batch: readonly SeriesPoint[]): Promise<WriteOutcome> => {
    begun.push(batch.map(({ value }) => Number(value)));
    await new Promise<void>((letGo) => waiting.push({ batch, letGo }));
    return harness.series.writer.write(batch);
  };
  return { begun, write, letGo: () => waiting.shift()?.letGo() };
}

/** A reader that tells how far it was read. */
function observed(reader: JournalReader) {
  const seen = { records: 0, bytes: 0 };
  const read: JournalReader["read"] = async (from, options) => {
    const result = await reader.read(from, options);
    seen.records += result.records.length;
    for (const { payload } of result.records) seen.bytes += payload.length;
    return result;
  };
  const journal: JournalReader = {
    read,
    end: () => reader.end(),
    bytesAfter: (from) => reader.bytesAfter(from),
    close: () => reader.close(),
  };
  return { journal, seen };
}

const values = (...numbers: number[]) => numbers.map((value) => published("s1", NOW + value, { temperature: value }));

test("while one batch is written the next one is read, and none after it; the order stays", async () => {
  const { begun, write, letGo } = gated();
  const { journal, seen } = observed(harness.journal.reader());
  await harness.append(...values(1, 2, 3, 4, 5, 6));
  const archive = await harness.start(harness.instead({ write }), { pace: pairs, journal });
  await until(() => begun.length === 1 && seen.records === 4);
  for (let turn = 0; turn < 20; turn++) await settled();
  expect(seen.records).toBe(4);
  expect(begun).toEqual([[1, 2]]);
  expect(archive.progress).toMatchObject({ sequence: 0, oldest: NOW + 1 });
  letGo();
  await until(() => begun.length === 2);
  letGo();
  await until(() => begun.length === 3);
  letGo();
  await harness.drained(archive);
  expect(begun).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(archive.progress).toMatchObject({ sequence: 6, written: 6, oldest: null });
});

test("the place is that of the last batch that is safe, with what was remembered there", async () => {
  // without times of their own: a repeat must give each the moment it had before
  const untimed = [1, 2, 3, 4].map((value) => published("s1", NOW, { temperature: value }));
  const clock = createFakeClock(NOW);
  let writes = 0;
  const write = async (batch: readonly SeriesPoint[]) => {
    const outcome = await harness.series.writer.write(batch);
    // what became of the second batch is never known
    return ++writes === 1 ? outcome : new Promise<never>(() => undefined);
  };
  await harness.append(...untimed);
  const archive = await harness.start(harness.instead({ write }), { pace: pairs, clock });
  await until(() => writes === 2);
  let stopped = false;
  const stop = harness.stop().then(() => (stopped = true));
  await until(() => {
    clock.advance(100);
    return stopped;
  });
  await stop;
  expect(archive.progress).toMatchObject({ sequence: 2, written: 2 });
  const range = { deviceId: "s1", points: ["temperature"], from: 0, to: NOW + 1_000, limit: 10 };
  const before = await harness.series.reader.range(range);
  expect(before.points.temperature).toHaveLength(4);

  await harness.drained(await harness.start());
  expect(await harness.series.reader.range(range)).toEqual(before);
});

test("what is held while the series store is away is bounded in bytes", async () => {
  const { journal, seen } = observed(harness.journal.reader());
  const megabyte = `${JSON.stringify({ temperature: 1 })}${" ".repeat(1_000_000)}`;
  for (let n = 0; n < 20; n++) await harness.append(published("s1", NOW + n, megabyte));
  const write = () => Promise.reject(new LinliError("unavailable", "refused"));
  const archive = await harness.start(harness.instead({ write }), { journal });
  await until(() => archive.progress.faults.length > 0 && seen.bytes > 5 << 20);
  expect(seen.bytes).toBeLessThan(11 << 20);
});

test("roll-ups and history that do not work hold up no reading, and are told", async () => {
  const refused = (what: string) => () => Promise.reject(new LinliError("unavailable", `${what}: refused`));
  const never = () => new Promise<never>(() => undefined);
  const history = {
    store: harness.state.history,
    write: never,
    owner: () => Promise.resolve(undefined),
    follower: "test",
  };
  const archive = await harness.start(harness.instead({ maintain: refused("query") }), { history });
  await until(() => archive.progress.faults.length > 0);
  await harness.append(...values(1), published("s1", NOW + 2, { type: "reboot" }, "event"));
  await harness.drained(archive);
  expect((await harness.series.reader.last("s1")).temperature).toEqual([NOW + 1, 1]);
  expect(archive.progress.faults).toMatchObject([{ code: "roll-ups.waiting", detail: "query: refused" }]);
});

test("what happened is measured: batches, readings, refusals by class, attempts", async () => {
  let attempts = 0;
  const write = async (batch: readonly SeriesPoint[]) => {
    if (attempts++ === 0) throw new LinliError("unavailable", "refused");
    await harness.series.writer.write(batch.slice(1));
    const reason = 'input field "v" is type string, already exists as type float';
    return { accepted: batch.length - 1, conflicts: 0, rejected: [{ index: 0, reason }] };
  };
  await harness.append(...values(1, 2), published("s1", NOW + 3, "not json"));
  const archive = await harness.start(harness.instead({ write }));
  await harness.drained(archive);
  expect(archive.takeMeasures()).toEqual({
    batches: 1,
    points: 1,
    records: 3,
    rejected: { "not-json": 1, "series-type-conflict": 1 },
    historyRefused: {},
    retries: { "series.unavailable": 1 },
    writeSeconds: [expect.any(Number)],
  });
  expect(archive.takeMeasures()).toMatchObject({ batches: 0, points: 0, rejected: {}, retries: {}, writeSeconds: [] });
});
