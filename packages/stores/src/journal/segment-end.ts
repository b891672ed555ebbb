import type { JournalFile } from "./files.ts";
import { END_MARK, INCOMPLETE, RECORD_OVERHEAD, recordLength, recordSequence, recordTime } from "./record-format.ts";
import { findRecord, readAround } from "./resync.ts";
import { SegmentCursor } from "./segment-cursor.ts";
import { DATA_START, type SegmentHeader } from "./segment-header.ts";

const TAIL_BYTES = 64 * 1024;

/** A place between two records, and the sequence of the record behind it. */
export interface Boundary {
  readonly offset: number;
  readonly sequence: number;
}

export interface SegmentEnd extends Boundary {
  /** `receivedAt` of the last whole record; 0 when none was met. */
  readonly newest: number;
}

/** Walks from a boundary to the end of the last whole record. */
export async function findEnd(file: JournalFile, header: SegmentHeader, from: Boundary): Promise<SegmentEnd> {
  const cursor = new SegmentCursor(file, header, from.offset);
  let { sequence } = from;
  let newest = 0;
  for (;;) {
    const found = cursor.check();
    if (found > 0) {
      sequence = recordSequence(cursor.block, cursor.inBlock) + 1;
      newest = recordTime(cursor.block, cursor.inBlock);
      cursor.advance(found);
    } else if (!(found === INCOMPLETE && (await cursor.fill(Number.POSITIVE_INFINITY, true)))) {
      if ((await cursor.passDamage(undefined)) === "wait") return { offset: cursor.at, sequence, newest };
    }
  }
}

/** The same without reading all of the segment: begins at a record near its end, or at `known` when that is nearer. */
export async function findEndFromTail(file: JournalFile, header: SegmentHeader, known: Boundary): Promise<SegmentEnd> {
  const size = await file.size();
  for (let tail = TAIL_BYTES; size - tail > known.offset; tail *= 8) {
    const record = await findRecord(file, size - tail, size, header.salt);
    if (record !== undefined) return findEnd(file, header, { offset: record, sequence: known.sequence });
  }
  return findEnd(file, header, known);
}

/** True when a record was written whole at the end and is damaged now, false when it was never finished. */
export async function wasFinished(file: JournalFile, at: number, salt: number): Promise<boolean> {
  const size = await file.size();
  if (size - at < RECORD_OVERHEAD) return false;
  const bytes = Buffer.alloc(8);
  const length = (await readAround(file, bytes, at)) === 8 ? recordLength(bytes, 0, salt) : undefined;
  if (length !== undefined) return at + length <= size;
  await readAround(file, bytes.subarray(0, 1), size - 1);
  return bytes[0] === END_MARK;
}

/** Where an empty segment ends. */
export function beginningOf(header: SegmentHeader): Boundary {
  return { offset: DATA_START, sequence: header.firstSequence };
}
