import { describe, expect, it, onTestFinished } from "vitest";
import {
  ENTRY_KINDS,
  type JournalEntry,
  type JournalReader,
  type JournalWriter,
  type Position,
  START,
} from "./port.ts";
import { comparePositions } from "./position.ts";

/** An empty journal of the adapter under test: retention 0, and segments of a few KB where there are any. */
export interface JournalUnderTest {
  readonly writer: JournalWriter;
  /** A reader of its own, as in another process. */
  openReader(): Promise<JournalReader>;
  /** Removes what is left when the test is over. */
  dispose(): Promise<void>;
}

const NOW = 1_764_000_000_000;

/** What every journal adapter keeps to. */
export function journalContract(name: string, open: () => Promise<JournalUnderTest>): void {
  describe(`journal contract: ${name}`, () => {
    async function setUp() {
      const journal = await open();
      const reader = await journal.openReader();
      onTestFinished(async () => {
        await reader.close();
        await journal.writer.close();
        await journal.dispose();
      });
      return { writer: journal.writer, reader, openReader: () => journal.openReader() };
    }

    it("gives back what was appended, byte for byte and in order", async () => {
      const { writer, reader } = await setUp();
      const entries = ENTRY_KINDS.map((kind, i) =>
        entry(i, {
          kind,
          principal: i === 0 ? "" : `电梯-${i}`,
          topic: i === 1 ? "" : `t/${i}/é`,
          payload: bytes(i * 300),
        }),
      );
      await Promise.all(entries.map((each) => append(writer, each)));
      const { records, quarantined } = await reader.read(START, { maxRecords: 100, waitMs: 0 });
      expect(
        records.map(({ position: _p, sequence: _s, payload, ...rest }) => ({ ...rest, payload: [...payload] })),
      ).toEqual(entries.map((each) => ({ ...each, payload: [...each.payload] })));
      expect(quarantined).toEqual([]);
    });

    it("keeps what was appended when the caller uses its buffer again", async () => {
      const { writer, reader } = await setUp();
      const payload = Buffer.from("first");
      const appended = append(writer, entry(1, { payload }));
      payload.fill(0);
      await appended;
      const { records } = await reader.read(START, { maxRecords: 1, waitMs: 0 });
      expect(Buffer.from(records[0]?.payload ?? []).toString()).toBe("first");
    });

    it("calls back in the order of the appends, after append has returned", async () => {
      const { writer } = await setUp();
      const order: number[] = [];
      for (let i = 0; i < 50; i++) writer.append(entry(i), () => order.push(i));
      expect(order).toEqual([]);
      await writer.flush();
      expect(order).toEqual(Array.from({ length: 50 }, (_, i) => i));
    });

    it("counts sequences from zero without a gap, over all segments", async () => {
      const { writer, reader } = await setUp();
      await appendMany(writer, 0, 200);
      const { records } = await readAll(reader, START, 7);
      expect(records.map((record) => record.sequence)).toEqual(Array.from({ length: 200 }, (_, i) => i));
      expect(writer.health()).toMatchObject({
        writable: true,
        appended: 200,
        pendingBytes: 0,
        newest: records.at(-1)?.receivedAt,
      });
      expect((await reader.end()).sequence).toBe(200);
    });

    it("orders positions as it orders records", async () => {
      const { writer, reader } = await setUp();
      await appendMany(writer, 0, 200);
      const positions = (await readAll(reader, START, 1_000)).records.map((record) => record.position);
      expect(positions.toSorted(comparePositions)).toEqual(positions);
      expect(new Set(positions).size).toBe(200);
      expect(comparePositions(START, positions[0] ?? START)).toBeLessThan(0);
    });

    it("goes on at a result's next, and begins with a record at its position", async () => {
      const { writer, reader, openReader } = await setUp();
      await appendMany(writer, 0, 20);
      const first = await reader.read(START, { maxRecords: 8, waitMs: 0 });
      expect(first.records).toHaveLength(8);
      const other = await openReader();
      const rest = await readAll(other, first.next, 100);
      expect(rest.records.map((record) => record.sequence)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
      const again = await other.read(first.records[3]?.position ?? START, { maxRecords: 1, waitMs: 0 });
      expect(again.records[0]?.sequence).toBe(3);
      await other.close();
    });

    it("answers with the position it was given when there is nothing", async () => {
      const { writer, reader } = await setUp();
      expect(await reader.read(START, { maxRecords: 5, waitMs: 0 })).toEqual({
        records: [],
        next: START,
        quarantined: [],
      });
      await appendMany(writer, 0, 3);
      const { next } = await readAll(reader, START, 5);
      expect(await reader.read(next, { maxRecords: 5, waitMs: 0 })).toEqual({ records: [], next, quarantined: [] });
      expect((await reader.end()).position).toBe(next);
    });

    it("gives no further record once there are bytes enough, and always one", async () => {
      const { writer, reader } = await setUp();
      for (let i = 0; i < 6; i++) await append(writer, entry(i, { payload: bytes(i < 2 ? 900 : 10) }));
      const read = (from: Position, maxBytes: number) => reader.read(from, { maxRecords: 100, maxBytes, waitMs: 0 });
      const first = await read(START, 1);
      expect(first.records.map(({ sequence }) => sequence)).toEqual([0]);
      const second = await read(first.next, 905);
      expect(second.records.map(({ sequence }) => sequence)).toEqual([1]);
      expect((await read(second.next, 100_000)).records.map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5]);
    });

    it("says how many bytes lie between a position and its end", async () => {
      const { writer, reader } = await setUp();
      expect(await reader.bytesAfter(START)).toBe(0);
      await appendMany(writer, 0, 300);
      const { records, next } = await readAll(reader, START, 1_000);
      expect(await reader.bytesAfter(START)).toBe(writer.health().bytes);
      expect(await reader.bytesAfter(next)).toBe(0);
      const middle = await reader.bytesAfter(records[150]?.position ?? START);
      const behind = await reader.bytesAfter(records[151]?.position ?? START);
      expect(middle).toBeLessThan(writer.health().bytes);
      expect(behind).toBeLessThan(middle);
      await writer.trim(records[200]?.position ?? START);
      expect(await reader.bytesAfter(next)).toBe(0);
    });

    it("waits for the first record", async () => {
      const { writer, reader } = await setUp();
      const waiting = reader.read(START, { maxRecords: 5, waitMs: 60_000 });
      await appendMany(writer, 0, 1);
      expect((await waiting).records.map((record) => record.sequence)).toEqual([0]);
    });

    it("stops waiting when the signal aborts and when it is closed", async () => {
      const { reader, openReader } = await setUp();
      const stop = new AbortController();
      const waiting = reader.read(START, { maxRecords: 5, waitMs: 60_000, signal: stop.signal });
      stop.abort();
      expect((await waiting).records).toEqual([]);
      const other = await openReader();
      const alsoWaiting = other.read(START, { maxRecords: 5, waitMs: 60_000 });
      await other.close();
      expect((await alsoWaiting).records).toEqual([]);
    });

    it("is followed by several readers while it grows", async () => {
      const { writer, reader, openReader } = await setUp();
      const other = await openReader();
      const seen = [follow(reader, 300), follow(other, 300)];
      for (let i = 0; i < 300; i += 20) await appendMany(writer, i, 20);
      for (const sequences of await Promise.all(seen)) {
        expect(sequences).toEqual(Array.from({ length: 300 }, (_, i) => i));
      }
      await other.close();
    });

    it("goes on with the oldest record left after a trim, and never trims what is not read", async () => {
      const { writer, reader, openReader } = await setUp();
      for (let i = 0; i < 300; i += 20) await appendMany(writer, i, 20);
      const { records } = await readAll(reader, START, 150);
      const middle = records[150]?.position ?? START;
      await writer.trim(middle);
      const other = await openReader();
      const left = (await readAll(other, START, 1_000)).records.map((record) => record.sequence);
      expect(left[0]).toBeGreaterThan(0);
      expect(left[0]).toBeLessThanOrEqual(150);
      expect(left).toEqual(Array.from({ length: left.length }, (_, i) => 300 - left.length + i));
      expect((await other.end()).sequence).toBe(300);
      await other.close();
    });

    it("refuses appends after it was closed, and acknowledges those before", async () => {
      const { writer } = await setUp();
      const before = append(writer, entry(1));
      await writer.close();
      await expect(before).resolves.toBeUndefined();
      await expect(append(writer, entry(2))).rejects.toMatchObject({ code: "unavailable" });
    });

    it("refuses a text that is no position", async () => {
      const { reader } = await setUp();
      await expect(reader.read("yesterday", { maxRecords: 1, waitMs: 0 })).rejects.toMatchObject({ code: "invalid" });
    });
  });
}

/** An entry that can be told from others by its number. */
export function entry(number: number, given: Partial<JournalEntry> = {}): JournalEntry {
  return {
    kind: "publish",
    receivedAt: NOW + number,
    principal: `device-${number % 7}`,
    topic: `linli/v1/devices/device-${number % 7}/telemetry`,
    payload: Buffer.from(`{"n":${number}}`),
    ...given,
  };
}

/** Resolves when the entry is durable; rejects with what `append` failed with. */
export function append(writer: JournalWriter, one: JournalEntry): Promise<void> {
  return new Promise((resolve, reject) => writer.append(one, (error) => (error === null ? resolve() : reject(error))));
}

async function appendMany(writer: JournalWriter, first: number, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => append(writer, entry(first + i))));
}

/** Everything from a position on, in reads of at most `maxRecords`. */
export async function readAll(reader: JournalReader, from: Position, maxRecords: number) {
  const all: Awaited<ReturnType<JournalReader["read"]>> = await reader.read(from, { maxRecords, waitMs: 0 });
  const records = [...all.records];
  const quarantined = [...all.quarantined];
  let { next } = all;
  for (let met = all.records.length + all.quarantined.length; met > 0; ) {
    const more = await reader.read(next, { maxRecords, waitMs: 0 });
    records.push(...more.records);
    quarantined.push(...more.quarantined);
    next = more.next;
    met = more.records.length + more.quarantined.length;
  }
  return { records, quarantined, next };
}

async function follow(reader: JournalReader, count: number): Promise<number[]> {
  const sequences: number[] = [];
  for (let from: Position = START; sequences.length < count; ) {
    const { records, next } = await reader.read(from, { maxRecords: 13, waitMs: 60_000 });
    sequences.push(...records.map((record) => record.sequence));
    from = next;
  }
  return sequences;
}

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31) % 256);
}
