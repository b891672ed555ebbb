import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished } from "vitest";
import { readAll } from "./journal.contract.ts";
import { type JournalRecord, type Position, START } from "./port.ts";
import { openSegmentJournalReader } from "./segment-reader.ts";

const ROUNDS = 6;
const IN_FLIGHT = 100;
const ACKNOWLEDGED_PER_ROUND = 400;

/** Appends numbers from argv[2] on, always IN_FLIGHT at a time, and prints each that is acknowledged. */
const WRITER = `
  import { writeSync } from "node:fs";
  const { openSegmentJournalWriter } = await import(${JSON.stringify(new URL("segment-writer.ts", import.meta.url).href)});
  const [dir, first] = process.argv.slice(1);
  const writer = await openSegmentJournalWriter({ dir, segmentBytes: 50_000, maxBytes: 1e12, reserveBytes: 0, retentionMs: 0 });
  let next = Number(first);
  const give = () => {
    const number = next++;
    const entry = { kind: "publish", receivedAt: number, principal: "d", topic: "t", payload: new Uint8Array(number % 300) };
    writer.append(entry, (error) => {
      if (error === null) writeSync(1, number + "\\n");
      give();
    });
  };
  for (let i = 0; i < ${IN_FLIGHT}; i++) give();
`;

it("kill -9 of the writing process loses nothing acknowledged, and a reader in another process follows through it", async () => {
  const dir = await mkdtemp(join(tmpdir(), "linli-journal-kill-"));
  const reader = await openSegmentJournalReader({ dir });
  onTestFinished(async () => {
    await reader.close();
    await rm(dir, { recursive: true });
  });
  const stop = new AbortController();
  const following = follow(dir, stop.signal);
  const acknowledged: number[] = [];
  for (let round = 0; round < ROUNDS; round++) acknowledged.push(...(await writeAndKill(dir, round * 1_000_000)));

  const { records, quarantined, next } = await readAll(reader, START, 1_000);
  const recovered = new Set(records.map((record) => record.receivedAt));
  expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_PER_ROUND);
  expect(acknowledged.filter((number) => !recovered.has(number))).toEqual([]);
  expect(recovered.size).toBe(records.length);
  expect(records.every((record, i) => record.sequence === i)).toBe(true);
  expect(quarantined).toEqual([]);
  expect(await reader.end()).toEqual({ position: next, sequence: records.length });

  const followed = await following.upTo(records.length, stop);
  expect(followed.map((record) => record.position)).toEqual(records.map((record) => record.position));
});

/** Runs a writer until enough is acknowledged, then kills it in the middle of its work. */
async function writeAndKill(dir: string, first: number): Promise<number[]> {
  const writer = spawn(process.execPath, ["--input-type=module", "-e", WRITER, dir, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const numbers: number[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    numbers.push(Number(line));
    if (numbers.length === ACKNOWLEDGED_PER_ROUND) writer.kill("SIGKILL");
  }
  return numbers;
}

function follow(dir: string, stop: AbortSignal) {
  const records: JournalRecord[] = [];
  let arrived = () => {};
  const done = (async () => {
    const reader = await openSegmentJournalReader({ dir });
    for (let from: Position = START; !stop.aborted; ) {
      const result = await reader.read(from, { maxRecords: 100, waitMs: 1_000, signal: stop });
      records.push(...result.records);
      from = result.next;
      arrived();
    }
    await reader.close();
  })();
  return {
    async upTo(count: number, stopping: AbortController): Promise<JournalRecord[]> {
      await new Promise<void>((resolve) => {
        arrived = () => records.length >= count && resolve();
        arrived();
      });
      stopping.abort();
      await done;
      return records;
    },
  };
}
