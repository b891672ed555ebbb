import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { journalContract } from "./journal.contract.ts";
import { createMemoryJournal } from "./memory-journal.ts";
import { openSegmentJournalReader } from "./segment-reader.ts";
import { openSegmentJournalWriter } from "./segment-writer.ts";

journalContract("segment files", async () => {
  const folder = await mkdtemp(join(tmpdir(), "linli-journal-"));
  const dir = join(folder, "journal");
  const writer = await openSegmentJournalWriter({
    dir,
    segmentBytes: 4096,
    maxBytes: 1_000_000_000,
    reserveBytes: 0,
    retentionMs: 0,
  });
  return {
    writer,
    openReader: () => openSegmentJournalReader({ dir }),
    dispose: () => rm(folder, { recursive: true }),
  };
});

journalContract("memory", async () => {
  const journal = createMemoryJournal();
  return { writer: journal.writer, openReader: async () => journal.reader(), dispose: async () => {} };
});
