import fc from "fast-check";
import { expect, it } from "vitest";
import { entry, readAll } from "./journal.contract.ts";
import { type JournalWriter, START } from "./port.ts";
import { openSegmentJournalReader } from "./segment-reader.ts";
import { openSegmentJournalWriter } from "./segment-writer.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

/** How a life of the writer ends, after how many calls to the disk, and what else goes wrong on the way. */
const lives = fc.array(
  fc.record({
    groups: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 8 }),
    end: fc.constantFrom("close", "kill", "power"),
    diesAfterCalls: fc.nat(60),
    faultAt: fc.option(fc.nat(40), { nil: undefined }),
    fault: fc.constantFrom("EIO", "ENOSPC"),
    written: fc.nat(4_000),
  }),
  { minLength: 1, maxLength: 4 },
);

it("everything acknowledged is recovered, once and in order, through kills, power losses, failed writes and syncs", async () => {
  await fc.assert(
    fc.asyncProperty(lives, fc.infiniteStream(fc.boolean()), async (all, coins) => {
      const disk = new SimulatedDisk();
      const acknowledged: number[] = [];
      const given: number[] = [];
      for (const life of all) {
        let calls = 0;
        let dead = false;
        disk.fault = (call) => {
          if (call === "read" || call === "list" || call === "open") return undefined;
          calls++;
          if (calls > life.diesAfterCalls && life.end !== "close") dead = true;
          if (dead) return { code: "EIO" };
          return calls === life.faultAt ? { code: life.fault, written: life.written } : undefined;
        };
        const writer = await open(disk);
        for (const size of life.groups) await give(writer, size, { given, acknowledged, isDead: () => dead });
        await writer.close();
        disk.fault = () => undefined;
        if (life.end === "power") disk.losePower(() => coins.next().value ?? false);
        if (life.end === "kill") disk.kill();
      }
      const writer = await open(disk);
      await writer.close();
      const reader = await openSegmentJournalReader({ dir: "journal", files: disk });
      const { records } = await readAll(reader, START, 50);
      const read = records.map((record) => record.receivedAt);
      const kept = new Set(read);
      expect(acknowledged.filter((number) => !kept.has(number))).toEqual([]);
      expect(read).toEqual(given.filter((number) => kept.has(number)));
      const sequences = records.map((record) => record.sequence);
      expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
      // Damage of records that nobody acknowledged may leave a hole in the count, never a lead of the records over it.
      expect(writer.health().appended).toBeGreaterThan(sequences.at(-1) ?? -1);
    }),
    { numRuns: 250 },
  );
}, 60_000);

function open(disk: SimulatedDisk): Promise<JournalWriter> {
  return openSegmentJournalWriter({
    dir: "journal",
    files: disk,
    segmentBytes: 3_000,
    maxBytes: 1_000_000_000,
    reserveBytes: 0,
    retentionMs: 0,
    now: () => 0,
    wait: async () => {
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
}

interface Ledger {
  readonly given: number[];
  readonly acknowledged: number[];
  isDead(): boolean;
}

async function give(writer: JournalWriter, size: number, ledger: Ledger): Promise<void> {
  for (let i = 0; i < size; i++) {
    const number = ledger.given.length;
    ledger.given.push(number);
    writer.append(entry(number, { receivedAt: number }), (error) => {
      if (error === null) ledger.acknowledged.push(number);
    });
  }
  await writer.flush();
}
