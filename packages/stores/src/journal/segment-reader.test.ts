import { expect, it } from "vitest";
import { append, entry } from "./journal.contract.ts";
import { START } from "./port.ts";
import { openSegmentJournalReader } from "./segment-reader.ts";
import { openSegmentJournalWriter } from "./segment-writer.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

const DIR = "journal";

it("a reader of a quiet journal leaves the disk alone until the folder gives notice", async () => {
  const { disk, writer, reader, waits } = await setUp();
  const { next } = await reader.read(START, { maxRecords: 10, waitMs: 5_000 });
  let calls = 0;
  disk.fault = () => void calls++;
  waits.length = 0;
  for (let i = 0; i < 100; i++) await reader.read(next, { maxRecords: 10, waitMs: 50 });
  const waited = waits.reduce((sum, ms) => sum + ms, 0);
  expect(waited).toBe(5_000);
  expect(calls / (waited / 1_000)).toBeLessThan(12); // calls a second
  await writer.close();
});

it("notice of a write ends the wait", async () => {
  const { writer, reader, sleepers } = await setUp();
  await reader.read(START, { maxRecords: 10, waitMs: 5_000 });
  sleepers.real = true;
  const waiting = reader.read(START, { maxRecords: 10, waitMs: 60_000 });
  await append(writer, entry(0));
  expect((await waiting).records).toHaveLength(1);
  await writer.close();
});

it.each([0, 1_000])(
  "where the folder gives no notice, a read that may wait %i ms still finds what is there",
  async (waitMs) => {
    const { disk, writer, reader } = await setUp();
    disk.watch = () => () => {};
    await reader.read(START, { maxRecords: 10, waitMs: 5_000 });
    await append(writer, entry(0));
    expect((await reader.read(START, { maxRecords: 10, waitMs })).records).toHaveLength(1);
    await writer.close();
  },
);

it("an unreadable folder is told, and read on when it is back", async () => {
  const { disk, writer, reader } = await setUp();
  await append(writer, entry(0));
  disk.fault = (call) => (call === "list" ? { code: "EIO" } : undefined);
  await expect(reader.read(START, { maxRecords: 10, waitMs: 0 })).rejects.toMatchObject({ code: "unavailable" });
  await expect(reader.end()).rejects.toMatchObject({ code: "unavailable" });
  disk.fault = () => undefined;
  expect((await reader.read(START, { maxRecords: 10, waitMs: 0 })).records).toHaveLength(1);
  await writer.close();
});

it("the end is found behind large records, far from where it was last looked for", async () => {
  const { writer, reader } = await setUp();
  for (const [i, size] of [10, 300_000, 200_000, 5, 900_000].entries()) {
    await append(writer, entry(i, { payload: new Uint8Array(size).fill(i) }));
    const fresh = await reader.end();
    expect(fresh.sequence).toBe(i + 1);
    expect((await reader.read(fresh.position, { maxRecords: 1, waitMs: 0 })).records).toEqual([]);
  }
  await writer.close();
});

/** A journal in which waiting takes no time; `waits` tells what was waited for. */
async function setUp() {
  const disk = new SimulatedDisk();
  const waits: number[] = [];
  const sleepers = { real: false };
  const options = { dir: DIR, files: disk };
  const writer = await openSegmentJournalWriter({
    ...options,
    segmentBytes: 10_000_000,
    maxBytes: 1_000_000_000,
    reserveBytes: 0,
    retentionMs: 0,
  });
  const reader = await openSegmentJournalReader({
    ...options,
    wait: async (ms, signal) => {
      waits.push(ms);
      if (!sleepers.real) return turn();
      // Only the signal ends it.
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    },
  });
  return { disk, writer, reader, waits, sleepers };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
