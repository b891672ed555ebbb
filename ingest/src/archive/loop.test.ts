import { DEVICE_KINDS, LinliError, newDeviceSchema } from "@linli/model";
import { sleep, systemClock } from "@linli/runtime";
import {
  createMemoryJournal,
  createMemorySeries,
  type JournalEntry,
  openMemoryState,
  RegistryView,
  type SeriesWriter,
} from "@linli/stores";
import { afterEach, beforeEach, expect, test } from "vitest";
import { limits } from "../testing/context.ts";
import { entry, published } from "../testing/entries.ts";
import { Archive, type ArchiveDeps } from "./loop.ts";
import { type Pace, paceOf } from "./pace.ts";

const AUTHOR = { id: "test", type: "system", at: 0 } as const;
const NOW = Date.now();
const pace: Pace = paceOf({
  LINLI_SERIES: "sqlite",
  LINLI_SERIES_BATCH: 1,
  LINLI_SERIES_CONNECTIONS: 1,
  LINLI_SERIES_FLUSH: 1,
});

let state: Awaited<ReturnType<typeof openMemoryState>>;
let journal: ReturnType<typeof createMemoryJournal>;
let memory: ReturnType<typeof createMemorySeries>;
let running: { archive: Archive; ended: Promise<void> } | undefined;

beforeEach(async () => {
  state = await openMemoryState();
  journal = createMemoryJournal();
  memory = createMemorySeries();
  await state.registry.putPlace({ id: "sub", level: "subdistrict", parentId: null, name: "S", order: 0 }, AUTHOR);
  await addDevice("s1");
});

afterEach(async () => {
  await stop();
  await state.close();
});

async function addDevice(id: string): Promise<void> {
  const device = { id, kind: "environment-sensor", name: id, placeId: "sub" };
  await state.registry.createDevice(newDeviceSchema.parse(device), AUTHOR);
}

async function append(...entries: JournalEntry[]): Promise<void> {
  for (const each of entries) journal.writer.append(each, () => undefined);
  await journal.writer.flush();
}

async function start(series: SeriesWriter = memory.writer, more: Partial<ArchiveDeps> = {}): Promise<Archive> {
  const registry = await RegistryView.load(state);
  const deps = { journal: journal.reader(), series, store: state.archive, registry, pace, random: () => 0 };
  const archive = new Archive({ ...deps, kinds: DEVICE_KINDS, limits, clock: systemClock, ...more });
  running = { archive, ended: archive.run() };
  return archive;
}

/** The series store with another `write`. */
function writing(write: SeriesWriter["write"]): SeriesWriter {
  const { writer } = memory;
  return { write, maintain: (now, budgetMs) => writer.maintain(now, budgetMs), close: () => writer.close() };
}

async function stop(): Promise<void> {
  running?.archive.stop();
  await running?.ended;
  running = undefined;
}

/** Looks until it holds; the test's time-out ends it otherwise. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(systemClock, 5);
}

async function drained(archive: Archive): Promise<void> {
  const { sequence } = await journal.reader().end();
  await until(() => {
    archive.hurry();
    return archive.progress.sequence >= sequence;
  });
}

test("what the series store refuses becomes a dead letter and takes no neighbour with it", async () => {
  const archive = await start(
    writing(async (batch) => {
      const index = batch.findIndex(({ value }) => value === 13);
      const kept = batch.filter((_point, at) => at !== index);
      const outcome = await memory.writer.write(kept);
      return { ...outcome, rejected: index < 0 ? [] : [{ index, reason: "outside retention" }] };
    }),
  );
  await append(published("s1", NOW, { temperature: 12 }), published("s1", NOW + 1, { temperature: 13, humidity: 40 }));
  await drained(archive);
  expect((await memory.reader.last("s1")).humidity).toEqual([NOW + 1, 40]);
  expect(archive.progress).toMatchObject({ written: 2, rejected: 1, deadLetters: 1 });
  const [letter] = (await state.archive.deadLetters({}, { limit: 5 })).items;
  expect(letter).toMatchObject({ reason: "series-rejected", field: "temperature", value: "13: outside retention" });
  const whole = await state.archive.deadLetter(letter?.id ?? "");
  expect(Buffer.from(whole?.payload ?? []).toString()).toBe('{"temperature":13,"humidity":40}');
});

test("while the series store is away nothing is lost, skipped or committed; then it goes on by itself", async () => {
  let away = true;
  let attempts = 0;
  const archive = await start(
    writing((batch) => {
      attempts++;
      if (away) return Promise.reject(new LinliError("unavailable", "connection refused"));
      return memory.writer.write(batch);
    }),
  );
  await append(published("s1", NOW, { temperature: 20 }));
  await until(() => attempts > 1);
  await append(published("s1", NOW + 1, { temperature: 21 }));
  expect(archive.progress).toMatchObject({
    sequence: 0,
    written: 0,
    faults: [{ code: "series.unavailable", subject: "archive", detail: "connection refused" }],
  });
  away = false;
  await drained(archive);
  expect(archive.progress).toMatchObject({ written: 2, faults: [] });
  expect((await memory.reader.last("s1")).temperature).toEqual([NOW + 1, 21]);
});

test("told to stop while the series store is away, it stops, and the next one writes what is left", async () => {
  await start(writing(() => Promise.reject(new LinliError("unavailable", "refused"))));
  await append(published("s1", NOW, { temperature: 20 }));
  await until(() => (running?.archive.progress.faults.length ?? 0) > 0);
  await stop();
  expect(await memory.reader.last("s1")).toEqual({});
  await drained(await start());
  expect((await memory.reader.last("s1")).temperature).toEqual([NOW, 20]);
});

test("a failure that is not a matter of waiting ends it", async () => {
  const archive = await start(writing(() => Promise.reject(new TypeError("a bug"))));
  const ended = expect(running?.ended).rejects.toThrow("a bug");
  await append(published("s1", NOW, { temperature: 20 }));
  await ended;
  running = undefined;
  expect(archive.progress.sequence).toBe(0);
});

test("ticks alone cost no commit, and the position still moves when it stops", async () => {
  const archive = await start();
  await append(published("s1", NOW, { temperature: 20 }));
  await drained(archive);
  const before = archive.progress.sequence;
  await append(entry("tick", NOW + 1_000), entry("tick", NOW + 2_000));
  await addDevice("s2");
  await append(published("nobody", NOW + 2_001, { temperature: 20 }));
  await drained(archive);
  expect(archive.progress.sequence).toBe(before + 3);
  await append(entry("tick", NOW + 3_000));
  await stop();
  expect((await state.archive.totals()).sequence).toBeGreaterThanOrEqual(before + 3);
});
