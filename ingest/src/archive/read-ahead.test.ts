import { setImmediate as settled } from "node:timers/promises";
import { DEVICE_KINDS } from "@linli/model";
import { createFakeClock, type FakeClock } from "@linli/runtime/testing";
import { RegistryView } from "@linli/stores";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ArchiveHarness } from "../testing/archive-harness.ts";
import { limits } from "../testing/context.ts";
import { published } from "../testing/entries.ts";
import { Hurry } from "./hurry.ts";
import { paceOf } from "./pace.ts";
import { type Gathered, ReadAhead } from "./read-ahead.ts";

const NOW = Date.UTC(2026, 0, 15);

let harness: ArchiveHarness;
let clock: FakeClock;
let hurry: Hurry;
let busy: boolean;
let readAhead: ReadAhead;

beforeEach(async () => {
  harness = await ArchiveHarness.open();
  clock = createFakeClock(NOW);
  hurry = new Hurry();
  busy = false;
  readAhead = new ReadAhead(
    {
      journal: harness.journal.reader(),
      registry: await RegistryView.load(harness.state),
      kinds: DEVICE_KINDS,
      limits,
      clock,
      pace: paceOf({
        LINLI_SERIES: "influx1",
        LINLI_SERIES_BATCH: 5,
        LINLI_SERIES_CONNECTIONS: 2,
        LINLI_SERIES_FLUSH: 250,
      }),
      hurry,
      signal: new AbortController().signal,
      patiently: (_code, attempt) => attempt(),
    },
    { position: "", sequence: 0 },
  );
});

afterEach(() => harness.close());

async function append(count: number): Promise<void> {
  await harness.append(...Array.from({ length: count }, (_, n) => published("s1", NOW + n, { temperature: n })));
}

/** The next batch, and whether it is there by now. */
function begin() {
  const next: { gathered?: Gathered } = {};
  const done = readAhead.next(() => busy).then((gathered) => (next.gathered = gathered));
  return { next, done };
}

async function pass(ms: number): Promise<void> {
  for (let past = 0; past < ms; past += 5) {
    clock.advance(5);
    for (let turn = 0; turn < 10; turn++) await settled();
  }
}

test("a lone reading leaves at once, those after it wait for company until it is time", async () => {
  await append(1);
  expect((await begin().done).records).toBe(1);
  await append(2);
  const { next, done } = begin();
  await pass(100);
  await append(3);
  await pass(145);
  expect(next.gathered).toBeUndefined();
  await pass(5);
  expect(await done).toMatchObject({ records: 5, sequence: 6 });
});

test("a batch that is full leaves before its time, the rest comes with the next one", async () => {
  await append(1);
  await begin().done;
  await append(13);
  expect((await begin().done).records).toBe(10);
  const { next, done } = begin();
  await pass(245);
  expect(next.gathered).toBeUndefined();
  await pass(5);
  expect((await done).records).toBe(3);
});

test("while the one before it is being written it goes on growing", async () => {
  busy = true;
  await append(1);
  const { next, done } = begin();
  await pass(1_000);
  await append(2);
  await pass(1_000);
  expect(next.gathered).toBeUndefined();
  busy = false;
  await pass(25);
  expect((await done).records).toBe(3);
});

test("nobody who waits is kept waiting for company", async () => {
  await append(1);
  await begin().done;
  await append(1);
  const { next, done } = begin();
  await pass(10);
  expect(next.gathered).toBeUndefined();
  hurry.raise();
  expect((await done).records).toBe(1);
});
