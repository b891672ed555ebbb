import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { append, entry, readAll } from "./journal.contract.ts";
import { START } from "./port.ts";
import { openSegmentJournalReader } from "./segment-reader.ts";
import type { SegmentJournalWriterOptions } from "./segment-writer.ts";
import { openSegmentJournalWriter } from "./segment-writer.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

const DIR = "journal";
const HEAD = 1024;

/** Payloads of all shapes, some of them full of what records look like. */
const payloads = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(0, 0xa5, 0xff).chain((byte) => fc.nat(200).map((length) => new Uint8Array(length).fill(byte))),
  ),
  { minLength: 1, maxLength: 12 },
);

describe("damage to segment files", { timeout: 60_000 }, () => {
  it("a torn tail at any byte loses only what was cut, and appending goes on", async () => {
    const { disk, ends, path } = await written([new Uint8Array(40), new Uint8Array(0), new Uint8Array(90)]);
    const whole = disk.bytesOf(path);
    for (let length = HEAD; length <= whole.length; length++) {
      disk.replace(path, whole.subarray(0, length));
      const kept = ends.filter((end) => end <= length).length;
      expect(await sequencesIn(disk), `cut at ${length}, before the restart`).toEqual({
        sequences: upTo(kept),
        lost: 0,
      });
      const after = disk.paths().length;
      const writer = await openSegmentJournalWriter(options(disk));
      await append(writer, entry(99));
      await writer.close();
      expect(await sequencesIn(disk), `cut at ${length}`).toEqual({ sequences: upTo(kept + 1), lost: 0 });
      for (const made of disk.paths().slice(after)) await disk.remove(made);
    }
  });

  it("a flipped byte anywhere costs at most the record it touches, which is reported, and nothing behind it", async () => {
    await fc.assert(
      fc.asyncProperty(
        payloads,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (all, at, flip, sealed) => {
          const { disk, ends, path } = await written(all);
          if (sealed) await reopened(disk);
          const bytes = disk.bytesOf(path);
          const offset = at % bytes.length;
          bytes[offset] = (bytes[offset] ?? 0) ^ flip;
          disk.replace(path, bytes);
          if (!sealed) await reopened(disk);
          const touched = offset < HEAD ? -1 : ends.findIndex((end) => offset < end);
          const { records, quarantined } = await contents(disk);
          expect(records.map((record) => record.sequence)).toEqual(
            [...upTo(all.length), all.length].filter((sequence) => sequence !== touched),
          );
          expect(quarantined.map(({ offset, bytes }) => ({ offset, bytes }))).toEqual(
            touched < 0
              ? []
              : [{ offset: ends[touched - 1] ?? HEAD, bytes: (ends[touched] ?? 0) - (ends[touched - 1] ?? HEAD) }],
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it("a record damaged while its segment is still written to is passed too", async () => {
    const { disk, ends, path, writer } = await written(
      [new Uint8Array(9), new Uint8Array(9), new Uint8Array(9)],
      false,
    );
    const reader = await openSegmentJournalReader({ dir: DIR, files: disk, wait: async () => {} });
    flipIn(disk, path, (ends[0] ?? 0) + 2);
    const { records, quarantined } = await readAll(reader, START, 100);
    expect(records.map((record) => record.sequence)).toEqual([0, 2]);
    expect(quarantined).toMatchObject([{ file: "0000000001.segment", offset: ends[0], reason: "damaged length" }]);
    await writer.close();
  });

  it("a record that is still being written is waited for, not quarantined", async () => {
    const { disk: donor, ends, path } = await written([new Uint8Array(40), new Uint8Array(40), new Uint8Array(40)]);
    const whole = donor.bytesOf(path);
    for (let cut = (ends[0] ?? 0) + 1; cut < (ends[1] ?? 0); cut++) {
      const disk = new SimulatedDisk();
      const file = await disk.create(path);
      // The file has grown already, the bytes come in two pieces.
      await file.write(Buffer.from(whole).fill(0, cut), 0);
      const reader = await openSegmentJournalReader({ dir: DIR, files: disk, wait: async () => {} });
      const first = await reader.read(START, { maxRecords: 10, waitMs: 0 });
      expect(first).toMatchObject({ records: [{ sequence: 0 }], quarantined: [] });
      const waited = await reader.read(first.next, { maxRecords: 10, waitMs: 100 });
      expect(waited, `cut at ${cut}`).toEqual({ records: [], next: first.next, quarantined: [] });
      await file.write(whole.subarray(cut), cut);
      const second = await reader.read(first.next, { maxRecords: 10, waitMs: 0 });
      expect(second, `cut at ${cut}`).toMatchObject({ records: [{ sequence: 1 }, { sequence: 2 }], quarantined: [] });
    }
  });

  it("a record that was read half before it was whole is read again before it is given up", async () => {
    const { disk: donor, ends, path } = await written([new Uint8Array(40), new Uint8Array(40), new Uint8Array(40)]);
    const whole = donor.bytesOf(path);
    const disk = new SimulatedDisk();
    const file = await disk.create(path);
    await file.write(Buffer.from(whole).fill(0, (ends[0] ?? 0) + 9, ends[1]), 0);
    let reads = 0;
    disk.fault = (call, _, range) => {
      // The writer is done right after the first block was read.
      if (call === "read" && range?.from !== 0 && ++reads === 2) void file.write(whole, 0);
      return undefined;
    };
    const reader = await openSegmentJournalReader({ dir: DIR, files: disk, wait: async () => {} });
    const { records, quarantined } = await readAll(reader, START, 10);
    expect(records.map((record) => record.sequence)).toEqual([0, 1, 2]);
    expect(quarantined).toEqual([]);
  });

  it("a payload that holds a journal's bytes is never taken for records", async () => {
    const donor = await written([new Uint8Array(20), new Uint8Array(20)]);
    const forged = donor.disk.bytesOf(donor.path).subarray(HEAD);
    const { disk, ends, path } = await written([new Uint8Array(5), forged, new Uint8Array(5)]);
    await reopened(disk);
    flipIn(disk, path, (ends[0] ?? 0) + 1);
    const { records } = await contents(disk);
    expect(records.map((record) => record.sequence)).toEqual([0, 2, 3]);
  });

  it("a segment whose heads are both gone is reported whole, and the others are read", async () => {
    const { disk, path } = await written([new Uint8Array(5), new Uint8Array(5)]);
    await reopened(disk);
    flipIn(disk, path, 3);
    flipIn(disk, path, 515);
    const { records, quarantined } = await contents(disk);
    expect(records.map((record) => record.sequence)).toEqual([2]);
    expect(quarantined).toMatchObject([{ file: "0000000001.segment", offset: 0, reason: "damaged head" }]);
    await reopened(disk);
    expect((await contents(disk)).records).toHaveLength(2);
  });

  it("pages that cannot be read are given up at the third attempt, and reported", async () => {
    const big = Array.from({ length: 6 }, () => new Uint8Array(4000));
    const { disk, path } = await written(big);
    await reopened(disk);
    const bad = 9000;
    disk.fault = (call, at, range) =>
      call === "read" && at === path && range !== undefined && range.from <= bad && bad < range.to
        ? { code: "EIO" }
        : undefined;
    const reader = await openSegmentJournalReader({ dir: DIR, files: disk });
    for (let attempt = 0; attempt < 3; attempt++) {
      await expect(reader.read(START, { maxRecords: 100, waitMs: 0 })).rejects.toMatchObject({ code: "unavailable" });
    }
    const { records, quarantined } = await readAll(reader, START, 100);
    expect(records.map((record) => record.sequence)).toEqual([0, 3, 4, 5, 6]); // the page of 4 KB held parts of two
    expect(quarantined).toHaveLength(1);
  });

  it("a newer format is refused by name and left untouched", async () => {
    const { disk, path } = await written([new Uint8Array(5)]);
    const bytes = disk.bytesOf(path);
    asVersion(bytes, 2);
    disk.replace(path, bytes);
    const refusal = { code: "conflict", message: expect.stringContaining("format 2") };
    await expect(openSegmentJournalWriter(options(disk))).rejects.toMatchObject(refusal);
    const reader = await openSegmentJournalReader({ dir: DIR, files: disk });
    await expect(reader.read(START, { maxRecords: 1, waitMs: 0 })).rejects.toMatchObject(refusal);
    expect(disk.paths()).toEqual([path]);
    expect(disk.bytesOf(path)).toEqual(bytes);
  });
});

function options(disk: SimulatedDisk): SegmentJournalWriterOptions {
  return {
    dir: DIR,
    files: disk,
    segmentBytes: 1_000_000,
    maxBytes: 1_000_000_000,
    reserveBytes: 0,
    retentionMs: 0,
    now: () => 0,
    wait: async () => {},
  };
}

/** One segment with a record per payload, and where each record ends. */
async function written(all: readonly Uint8Array[], close = true) {
  const disk = new SimulatedDisk();
  const writer = await openSegmentJournalWriter(options(disk));
  const path = `${DIR}/0000000001.segment`;
  const ends: number[] = [];
  for (const [i, payload] of all.entries()) {
    await append(writer, entry(i, { payload }));
    ends.push(disk.bytesOf(path).length);
  }
  if (close) await writer.close();
  return { disk, path, ends, writer };
}

/** The next start: a new segment with one record more. */
async function reopened(disk: SimulatedDisk): Promise<void> {
  const writer = await openSegmentJournalWriter(options(disk));
  await append(writer, entry(1_000));
  await writer.close();
}

async function contents(disk: SimulatedDisk) {
  const reader = await openSegmentJournalReader({ dir: DIR, files: disk });
  const all = await readAll(reader, START, 100);
  await reader.close();
  return all;
}

async function sequencesIn(disk: SimulatedDisk) {
  const { records, quarantined } = await contents(disk);
  return { sequences: records.map((record) => record.sequence), lost: quarantined.length };
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function flipIn(disk: SimulatedDisk, path: string, offset: number): void {
  const bytes = disk.bytesOf(path);
  bytes[offset] = (bytes[offset] ?? 0) ^ 0x40;
  disk.replace(path, bytes);
}

/** Makes both heads those of another format, whole in themselves. */
function asVersion(bytes: Buffer, version: number): void {
  for (const copy of [0, 512]) {
    bytes.writeUInt16LE(version, copy + 8);
    bytes.writeUInt32LE(crc32(bytes.subarray(copy, copy + 64)), copy + 64);
  }
}
