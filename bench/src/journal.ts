import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JournalEntry, openSegmentJournalReader, openSegmentJournalWriter, START } from "@linli/stores";

/**
 * The journal alone, beside what the disk does without it: `node bench/src/journal.ts [folder]`.
 * Absolute figures belong to the machine and the moment; the ratios of one run are what to compare.
 */
const RECORDS = 200_000;
const ROUNDS = 3;
/** As many messages wait for their acknowledgement at a time. */
const WINDOW = 10_000;
const PAYLOAD = Buffer.alloc(100, 0x41);
const ENTRY: JournalEntry = {
  kind: "publish",
  receivedAt: 1_764_000_000_000,
  principal: "lift-a3-02",
  topic: "linli/v1/devices/lift-a3-02/telemetry",
  payload: PAYLOAD,
};
const RECORD_BYTES = 34 + ENTRY.principal.length + ENTRY.topic.length + PAYLOAD.length;

const MEASURES = {
  "journal, durable": appendDurably,
  "plain write, no sync": writeWithoutSync,
  "one sync per record": syncEachRecord,
  "journal, read back": readBack,
};

if (import.meta.main) {
  const folder = await mkdtemp(join(process.argv[2] ?? tmpdir(), "linli-bench-"));
  try {
    const rates = new Map<string, number[]>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, measure] of Object.entries(MEASURES)) {
        const rate = await measure(join(folder, String(round)));
        rates.set(name, [...(rates.get(name) ?? []), rate]);
      }
    }
    const plain = median(rates.get("plain write, no sync") ?? []);
    console.log(
      `| ${RECORDS} records of ${PAYLOAD.length} B payload | records/s, min–max of ${ROUNDS} | to plain write |`,
    );
    console.log("|---|---|---|");
    for (const [name, all] of rates) {
      const range = `${Math.round(Math.min(...all))}–${Math.round(Math.max(...all))}`;
      console.log(`| ${name} | ${range} | ${(median(all) / plain).toPrecision(2)} |`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function appendDurably(folder: string): Promise<number> {
  const writer = await openSegmentJournalWriter({
    dir: join(folder, "journal"),
    segmentBytes: 64 * 1024 * 1024,
    maxBytes: Number.MAX_SAFE_INTEGER,
    reserveBytes: 0,
    retentionMs: 0,
  });
  const begun = performance.now();
  await new Promise<void>((resolve, reject) => {
    let given = 0;
    let acknowledged = 0;
    const settled = (error: Error | null) => {
      if (error !== null) return reject(error);
      if (++acknowledged === RECORDS) resolve();
      else if (given < RECORDS) give();
    };
    const give = () => {
      given++;
      writer.append(ENTRY, settled);
    };
    for (let i = 0; i < WINDOW; i++) give();
  });
  const rate = perSecond(RECORDS, begun);
  await writer.close();
  return rate;
}

async function readBack(folder: string): Promise<number> {
  const reader = await openSegmentJournalReader({ dir: join(folder, "journal") });
  const begun = performance.now();
  let count = 0;
  for (let from = START; count < RECORDS; ) {
    const { records, next } = await reader.read(from, { maxRecords: 2_000, waitMs: 1_000 });
    if (records.length === 0) throw new Error(`${count} of ${RECORDS} records read back`);
    count += records.length;
    from = next;
  }
  const rate = perSecond(count, begun);
  await reader.close();
  return rate;
}

/** The same bytes in pieces of a window, never synced: what the journal's promise costs. */
async function writeWithoutSync(folder: string): Promise<number> {
  const file = await open(join(folder, "plain"), "w");
  const piece = Buffer.alloc(RECORD_BYTES * WINDOW, 0x41);
  const begun = performance.now();
  for (let written = 0; written < RECORDS; written += WINDOW) {
    for (let i = 0; i < WINDOW; i++) PAYLOAD.copy(piece, i * RECORD_BYTES);
    await file.write(piece);
  }
  const rate = perSecond(RECORDS, begun);
  await file.close();
  return rate;
}

/** What durable would cost without groups; a few are enough to know. */
async function syncEachRecord(folder: string): Promise<number> {
  const count = 300;
  const file = await open(join(folder, "single"), "w");
  const record = Buffer.alloc(RECORD_BYTES, 0x41);
  const begun = performance.now();
  for (let i = 0; i < count; i++) {
    await file.write(record);
    await file.datasync();
  }
  const rate = perSecond(count, begun);
  await file.close();
  return rate;
}

function perSecond(count: number, begun: number): number {
  return (count / (performance.now() - begun)) * 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
