import { expect, it } from "vitest";
import { append, entry, readAll } from "./journal.contract.ts";
import { type JournalWriter, START } from "./port.ts";
import { openSegmentJournalReader } from "./segment-reader.ts";
import { openSegmentJournalWriter, type SegmentJournalWriterOptions } from "./segment-writer.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

const DIR = "journal";
const DAY = 86_400_000;

it("one sync makes all entries of a turn durable", async () => {
  const { disk, writer } = await setUp();
  let syncs = 0;
  disk.fault = (call) => {
    if (call === "sync") syncs++;
    return undefined;
  };
  await Promise.all(numbers(0, 500).map((number) => append(writer, entry(number))));
  expect(syncs).toBe(1);
});

it("acknowledges nothing before the sync has succeeded", async () => {
  const { disk, writer } = await setUp();
  const order: string[] = [];
  disk.fault = (call) => {
    if (call === "write" || call === "sync") order.push(call);
    return undefined;
  };
  await append(writer, entry(1)).then(() => order.push("acknowledged"));
  expect(order).toEqual(["write", "sync", "acknowledged"]);
});

it("every start makes a new segment, appends to no old one, and goes on counting", async () => {
  const disk = new SimulatedDisk();
  for (let start = 0; start < 4; start++) {
    const before = new Map(disk.paths().map((path) => [path, disk.bytesOf(path)]));
    const { writer } = await setUp({}, disk);
    expect(writer.health().appended).toBe(start * 3);
    await appendAll(writer, numbers(start * 3, 3));
    await writer.close();
    for (const [path, bytes] of before) expect(disk.bytesOf(path)).toEqual(bytes);
    expect(disk.paths()).toHaveLength(start + 1);
  }
  const { records } = await contents(disk);
  expect(records.map((record) => record.sequence)).toEqual(numbers(0, 12));
});

it("knows the time of its newest record after a start, behind segments without any as well", async () => {
  const { disk, writer } = await setUp();
  expect(writer.health().newest).toBe(0);
  await appendAll(writer, numbers(0, 3));
  for (let start = 0; start < 3; start++) {
    disk.kill();
    const { writer: next } = await setUp({}, disk);
    expect(next.health().newest).toBe(entry(2).receivedAt);
  }
});

it("bytes are counted over restarts, and pending ones until they are durable", async () => {
  const { disk, writer } = await setUp();
  const appended = append(writer, entry(1));
  const { pendingBytes } = writer.health();
  expect(pendingBytes).toBeGreaterThan(0);
  await appended;
  expect(writer.health()).toMatchObject({ bytes: pendingBytes, pendingBytes: 0 });
  await writer.close();
  const { writer: next } = await setUp({}, disk);
  expect(next.health()).toMatchObject({ appended: 1, bytes: pendingBytes });
});

it("a failed sync fails its group and what waits behind it, is never retried, and writing goes on elsewhere", async () => {
  const { disk, writer } = await setUp();
  await append(writer, entry(0));
  const synced: string[] = [];
  const waiting: Promise<unknown>[] = [];
  disk.fault = (call, path) => {
    if (call !== "sync") return undefined;
    synced.push(path);
    if (synced.length > 1) return undefined;
    waiting.push(append(writer, entry(2)).catch((error: unknown) => error));
    return { code: "EIO" };
  };
  const unavailable = { code: "unavailable", message: expect.stringContaining("EIO") };
  await expect(append(writer, entry(1))).rejects.toMatchObject(unavailable);
  expect(await Promise.all(waiting)).toMatchObject([unavailable]);
  await untilWritable(writer);
  await append(writer, entry(3));
  expect(synced).toEqual(["journal/0000000001.segment", "journal/0000000002.segment", "journal/0000000002.segment"]);
  const { records } = await contents(disk);
  expect(records.map(({ receivedAt, sequence }) => [receivedAt - entry(0).receivedAt, sequence])).toEqual([
    [0, 0],
    [3, 1],
  ]);
});

it.each([
  ["a full disk", "write", "ENOSPC"],
  ["a read-only file system", "create", "EROFS"],
  ["a broken disk", "sync", "EIO"],
] as const)(
  "with %s appends fail at once with the reason, and go on by themselves when it is over",
  async (_, call, code) => {
    const { disk, writer, turns } = await setUp({ segmentBytes: 1 });
    await append(writer, entry(0));
    disk.fault = (at) => (at === call ? { code, written: 20 } : undefined);
    await expect(append(writer, entry(1))).rejects.toMatchObject({ code: "unavailable" });
    await turns(20);
    expect(writer.health()).toMatchObject({ writable: false, reason: expect.stringContaining(code), pendingBytes: 0 });
    await expect(append(writer, entry(2))).rejects.toMatchObject({ code: "unavailable" });
    expect(disk.paths().length).toBeLessThan(4);
    disk.fault = () => undefined;
    await untilWritable(writer);
    await append(writer, entry(3));
    expect((await contents(disk)).records.map((record) => record.sequence)).toEqual([0, 1]);
  },
);

it("a disk that takes heads but no records is not filled with them", async () => {
  const { disk, writer, turns } = await setUp();
  await append(writer, entry(0));
  disk.fault = (call, _, range) =>
    call === "write" && (range?.from ?? 0) > 0 ? { code: "ENOSPC", written: 150 } : undefined;
  for (let i = 0; i < 30; i++) {
    await append(writer, entry(1)).catch(() => {});
    await turns(3);
  }
  expect(disk.paths().length).toBeLessThanOrEqual(3);
  disk.fault = () => undefined;
  await untilWritable(writer);
  await append(writer, entry(2));
  const { records, quarantined } = await contents(disk);
  expect(records.map((record) => record.receivedAt)).toEqual([entry(0).receivedAt, entry(2).receivedAt]);
  expect(quarantined).toEqual([]);
});

it("starts on a disk that takes nothing, says so, and recovers", async () => {
  const disk = new SimulatedDisk();
  disk.fault = (call) => (call === "create" ? { code: "ENOSPC" } : undefined);
  const { writer } = await setUp({}, disk);
  expect(writer.health()).toMatchObject({ writable: false, reason: expect.stringContaining("ENOSPC") });
  disk.fault = () => undefined;
  await untilWritable(writer);
  await append(writer, entry(0));
});

it("leaves the reserve to others", async () => {
  const { disk, writer } = await setUp({ reserveBytes: 1_000 });
  disk.free = 900;
  const { writer: second } = await setUp({ reserveBytes: 1_000 }, disk);
  expect(second.health()).toMatchObject({ writable: false, reason: expect.stringContaining("900 bytes free") });
  await expect(append(second, entry(0))).rejects.toMatchObject({ code: "unavailable" });
  disk.free = 5_000_000;
  await untilWritable(second);
  await append(second, entry(0));
  await writer.close();
});

it("asks for free space again while it writes", async () => {
  const { disk, writer } = await setUp({ reserveBytes: 1_000, segmentBytes: 100_000_000 });
  await append(writer, entry(0));
  disk.free = 0;
  const big = entry(1, { payload: new Uint8Array(1_000_000) });
  let accepted = 0;
  while (
    accepted < 10 &&
    (await append(writer, big).then(
      () => true,
      () => false,
    ))
  )
    accepted++;
  expect(accepted).toBeLessThan(5);
});

it("at its cap it withholds, and what everybody has read makes room whatever its age", async () => {
  const { disk, writer, fill } = await setUp({ maxBytes: 20_000, retentionMs: 7 * DAY });
  await fill();
  expect(writer.health()).toMatchObject({ writable: false, reason: expect.stringContaining("cap of 20000 bytes") });
  const { records } = await contents(disk);
  const oldest = records[0]?.sequence;
  expect(oldest).toBe(0);
  await writer.trim(records.at(-1)?.position ?? START);
  await untilWritable(writer);
  await append(writer, entry(1));
});

it("keeps what is younger than the retention, and deletes only whole segments that everybody has read", async () => {
  let now = DAY;
  const { disk, writer } = await setUp({ retentionMs: 7 * DAY, segmentBytes: 2_000, now: () => now });
  for (let day = 0; day < 10; day++) {
    now += DAY;
    for (const number of numbers(day * 10, 10)) await append(writer, entry(number));
  }
  const { records, next } = await contents(disk);
  await writer.trim(records[5]?.position ?? START);
  expect((await contents(disk)).records).toHaveLength(100);
  await writer.trim(next);
  const left = (await contents(disk)).records[0]?.sequence ?? 0;
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(30);
  now += 100 * DAY;
  await writer.trim(records[50]?.position ?? START);
  const after = (await contents(disk)).records[0]?.sequence ?? 0;
  expect(after).toBeGreaterThan(left);
});

it("an entry that no record can hold is refused alone", async () => {
  const { disk, writer } = await setUp();
  const refused = append(writer, entry(1, { topic: "x".repeat(70_000) }));
  const fine = append(writer, entry(2));
  await expect(refused).rejects.toMatchObject({ code: "too-large" });
  await fine;
  await expect(append(writer, entry(1, { payload: new Uint8Array(17_000_000) }))).rejects.toMatchObject({
    code: "too-large",
  });
  expect((await contents(disk)).records).toHaveLength(1);
});

it("a name taken by somebody else is passed over", async () => {
  const { disk, writer } = await setUp();
  disk.replace("journal/0000000002.segment", new Uint8Array(10));
  await writer.close();
  const { writer: next } = await setUp({}, disk);
  await append(next, entry(0));
  expect((await contents(disk)).records).toHaveLength(1);
  expect(disk.bytesOf("journal/0000000002.segment")).toHaveLength(10);
});

async function setUp(given: Partial<SegmentJournalWriterOptions> = {}, disk = new SimulatedDisk()) {
  const writer = await openSegmentJournalWriter({
    dir: DIR,
    files: disk,
    segmentBytes: 4_096,
    maxBytes: 1_000_000_000,
    reserveBytes: 0,
    retentionMs: 0,
    now: () => 0,
    wait: turn,
    ...given,
  });
  const fill = async () => {
    for (let i = 0; i < 1_000 && writer.health().writable; i++) await append(writer, entry(i)).catch(() => {});
  };
  return { disk, writer, turns, fill };
}

async function contents(disk: SimulatedDisk) {
  const reader = await openSegmentJournalReader({ dir: DIR, files: disk });
  return readAll(reader, START, 1_000);
}

async function appendAll(writer: JournalWriter, all: readonly number[]): Promise<void> {
  await Promise.all(all.map((number) => append(writer, entry(number))));
}

/** Lets the writer look at its disk again, as often as it needs to. */
async function untilWritable(writer: JournalWriter): Promise<void> {
  for (let i = 0; i < 200 && !writer.health().writable; i++) await turn();
  expect(writer.health().writable).toBe(true);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

function numbers(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}
