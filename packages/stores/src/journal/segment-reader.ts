import { LinliError } from "@linli/model";
import { type JournalFiles, nodeFiles } from "./files.ts";
import { IdleWait } from "./idle-wait.ts";
import { type JournalReader, type Position, type ReadOptions, type ReadResult, START } from "./port.ts";
import { placeOf, positionOf } from "./position.ts";
import { type Boundary, beginningOf, findEndFromTail } from "./segment-end.ts";
import { type Met, SegmentFollower } from "./segment-follower.ts";
import { DATA_START, type SegmentHeader } from "./segment-header.ts";
import { listSegments, openSegment, readHeader } from "./segments.ts";
import { realWait, type Wait } from "./wait.ts";

export interface SegmentJournalReaderOptions {
  /** Folder of the segment files; it may not be there yet. */
  readonly dir: string;
  readonly files?: JournalFiles;
  /** How to pause between looks at a journal that has nothing new. */
  readonly wait?: Wait;
}

/**
 * Opens the journal for reading, in any process. One `read` at a time; `end` at any time.
 *
 * Payloads are views of blocks of up to 1 MB that are never written again; copy one that is kept for long.
 * `read` and `end` throw LinliError `conflict` when a segment has the format of a newer version, `invalid` for a text that
 * is no position, and `unavailable` when the disk cannot be read: after three times at one place, what cannot be read is
 * quarantined.
 */
export async function openSegmentJournalReader(options: SegmentJournalReaderOptions): Promise<JournalReader> {
  return new SegmentJournalReader(options);
}

class SegmentJournalReader implements JournalReader {
  #dir: string;
  #files: JournalFiles;
  #idle: IdleWait;
  #follower: SegmentFollower;
  #standsAt: Position | undefined;
  #lastEnd: (Boundary & { readonly segment: number }) | undefined;
  #closing = new AbortController();

  constructor(options: SegmentJournalReaderOptions) {
    this.#dir = options.dir;
    this.#files = options.files ?? nodeFiles;
    this.#idle = new IdleWait(this.#files, this.#dir, options.wait ?? realWait);
    this.#follower = new SegmentFollower(this.#files, this.#dir);
  }

  async read(from: Position, options: ReadOptions): Promise<ReadResult> {
    const { maxRecords, maxBytes = Number.POSITIVE_INFINITY, waitMs, signal } = options;
    const most = { records: maxRecords, bytes: maxBytes };
    const stop = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    for (let waited = 0, first = true; ; first = false) {
      if (from !== this.#standsAt || waitMs <= 0 || this.#idle.worthLooking) {
        this.#idle.looking();
        const result = await this.#readNow(from, most, first || this.#idle.quiet);
        if (result.records.length > 0 || result.quarantined.length > 0) {
          this.#idle.reset();
          return result;
        }
      }
      if (waited >= waitMs || stop.aborted) return { records: [], next: from, quarantined: [] };
      waited += await this.#idle.wait(waitMs - waited, stop);
    }
  }

  async end(): Promise<{ readonly position: Position; readonly sequence: number }> {
    try {
      for (const number of (await listSegments(this.#files, this.#dir)).reverse()) {
        const end = await this.#endOf(number);
        if (end !== undefined) return { position: positionOf(number, end.offset), sequence: end.sequence };
      }
    } catch (error) {
      throw unreadable(error);
    }
    return { position: START, sequence: 0 };
  }

  async bytesAfter(from: Position): Promise<number> {
    const end = placeOf((await this.end()).position);
    const start = placeOf(from);
    if (start.segment > end.segment) return 0;
    try {
      const last = await readHeader(this.#files, this.#dir, end.segment);
      if (last === undefined) return 0;
      const first = start.segment === end.segment ? last : await this.#firstHeader(start.segment);
      if (first === undefined) return 0;
      const offset = first.number === start.segment ? Math.max(start.offset, DATA_START) : DATA_START;
      return Math.max(0, last.bytesBefore + end.offset - (first.bytesBefore + offset));
    } catch (error) {
      throw unreadable(error);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#standsAt = undefined;
    this.#idle.reset();
    await this.#follower.close();
  }

  async #readNow(from: Position, most: { records: number; bytes: number }, lookForNext: boolean): Promise<ReadResult> {
    if (from !== this.#standsAt) {
      const place = placeOf(from);
      this.#standsAt = undefined;
      await this.#follower.seek(place);
      this.#standsAt = from;
    }
    const met: Met = { records: [], quarantined: [] };
    try {
      await this.#follower.collect(met, most, lookForNext);
    } catch (error) {
      // What was met before the unreadable place is given first; the next call meets the error again.
      if (met.records.length === 0 && met.quarantined.length === 0) throw unreadable(error);
    }
    if (met.records.length === 0 && met.quarantined.length === 0) return { ...met, next: from };
    const next = this.#follower.position() ?? from;
    this.#standsAt = next;
    return { ...met, next };
  }

  /** The head of the segment, or of the first one behind it that is left. */
  async #firstHeader(from: number): Promise<SegmentHeader | undefined> {
    for (const number of await listSegments(this.#files, this.#dir)) {
      const header = number < from ? undefined : await readHeader(this.#files, this.#dir, number);
      if (header !== undefined) return header;
    }
    return undefined;
  }

  async #endOf(number: number): Promise<Boundary | undefined> {
    const segment = await openSegment(this.#files, this.#dir, number);
    if (segment === undefined) return undefined;
    try {
      if (segment.header === undefined) return undefined;
      const known = this.#lastEnd?.segment === number ? this.#lastEnd : beginningOf(segment.header);
      const end = await findEndFromTail(segment.file, segment.header, known);
      this.#lastEnd = { segment: number, ...end };
      return end;
    } finally {
      await segment.file.close();
    }
  }
}

function unreadable(error: unknown): unknown {
  if (error instanceof LinliError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new LinliError("unavailable", `the journal cannot be read: ${reason}`, { cause: error });
}
