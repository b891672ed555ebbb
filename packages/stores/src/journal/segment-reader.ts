import { LinliError } from "@linli/model";
import { type JournalFiles, nodeFiles } from "./files.ts";
import { IdleWait } from "./idle-wait.ts";
import { type JournalReader, type Position, type ReadResult, START } from "./port.ts";
import { placeOf, positionOf } from "./position.ts";
import { type Boundary, beginningOf, findEndFromTail } from "./segment-end.ts";
import { type Met, SegmentFollower } from "./segment-follower.ts";
import { listSegments, openSegment } from "./segments.ts";
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

  async read(
    from: Position,
    options: { maxRecords: number; waitMs: number; signal?: AbortSignal },
  ): Promise<ReadResult> {
    const { maxRecords, waitMs, signal } = options;
    const stop = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    for (let waited = 0, first = true; ; first = false) {
      if (from !== this.#standsAt || waitMs <= 0 || this.#idle.worthLooking) {
        this.#idle.looking();
        const result = await this.#readNow(from, maxRecords, first || this.#idle.quiet);
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

  async close(): Promise<void> {
    this.#closing.abort();
    this.#standsAt = undefined;
    this.#idle.reset();
    await this.#follower.close();
  }

  async #readNow(from: Position, maxRecords: number, lookForNext: boolean): Promise<ReadResult> {
    if (from !== this.#standsAt) {
      const place = placeOf(from);
      this.#standsAt = undefined;
      await this.#follower.seek(place);
      this.#standsAt = from;
    }
    const met: Met = { records: [], quarantined: [] };
    try {
      await this.#follower.collect(met, maxRecords, lookForNext);
    } catch (error) {
      // What was met before the unreadable place is given first; the next call meets the error again.
      if (met.records.length === 0 && met.quarantined.length === 0) throw unreadable(error);
    }
    if (met.records.length === 0 && met.quarantined.length === 0) return { ...met, next: from };
    const next = this.#follower.position() ?? from;
    this.#standsAt = next;
    return { ...met, next };
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
