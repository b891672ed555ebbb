import type { JournalFile } from "./files.ts";
import { checkRecord, recordLength } from "./record-format.ts";

const WINDOW = 1024 * 1024;
const PAGE = 4096;

/**
 * Where the next whole record begins, at or behind `from`; undefined when there is none before `end`.
 * Payloads cannot pass for records: they would have to know the salt.
 */
export async function findRecord(
  file: JournalFile,
  from: number,
  end: number,
  salt: number,
): Promise<number | undefined> {
  const window = Buffer.allocUnsafe(Math.min(WINDOW, Math.max(end - from, 0)));
  for (let start = from; start < end; ) {
    const filled = await readAround(file, window.subarray(0, end - start), start);
    for (let at = 0; at + 8 <= filled; at++) {
      const length = recordLength(window, at, salt);
      if (length === undefined || start + at + length > end) continue;
      if (await isRecord(file, start + at, length, salt)) return start + at;
    }
    if (filled < 8 || start + filled >= end) return undefined;
    start += filled - 7;
  }
  return undefined;
}

/** Reads what can be read: a page that the disk does not give is left as zeros, to be found damaged. */
export async function readAround(file: JournalFile, into: Uint8Array, offset: number): Promise<number> {
  try {
    return await file.read(into, offset);
  } catch {
    const length = Math.max(0, Math.min(into.length, (await file.size()) - offset));
    for (let at = 0; at < length; ) {
      const next = Math.min(length, at + PAGE - ((offset + at) % PAGE));
      const page = into.subarray(at, next);
      await file.read(page, offset + at).catch(() => page.fill(0));
      at = next;
    }
    return length;
  }
}

async function isRecord(file: JournalFile, at: number, length: number, salt: number): Promise<boolean> {
  const bytes = Buffer.allocUnsafe(length);
  return (await readAround(file, bytes, at)) === length && checkRecord(bytes, 0, length, salt) === length;
}
