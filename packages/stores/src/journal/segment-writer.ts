import { randomInt } from "node:crypto";
import { LinliError } from "@linli/model";
import { type JournalFile, type JournalFiles, nodeFiles } from "./files.ts";
import { type Done, Group } from "./group.ts";
import type { JournalEntry, JournalHealth, JournalWriter, Position } from "./port.ts";
import { placeOf } from "./position.ts";
import { type Recovered, recover } from "./recovery.ts";
import { type FolderLimits, SegmentFolder } from "./segment-folder.ts";
import { DATA_START } from "./segment-header.ts";
import { realWait, type Wait } from "./wait.ts";

export interface SegmentJournalWriterOptions extends FolderLimits {
  /** Folder of the segment files; made when it is not there. One writer at a time: the caller holds a lease. */
  readonly dir: string;
  /** A segment is closed before it grows beyond this; a single larger group still goes into one. */
  readonly segmentBytes: number;
  /** Epoch ms, for the age of segments. */
  readonly now?: () => number;
  readonly files?: JournalFiles;
  /** How to pause between looks at a disk that takes nothing. */
  readonly wait?: Wait;
}

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;
/** Free space is asked for again after this many bytes. */
const SPACE_CHECK_BYTES = 4 * 1024 * 1024;

/**
 * Opens the journal for appending, in a new segment; what is there stays as it is.
 *
 * While nothing can be made durable (disk full or read-only, i/o error, less than `reserveBytes` free, `maxBytes` reached)
 * `append` fails at once with LinliError `unavailable`, `health()` says why, and the disk is looked at again from time to
 * time; the caller withholds its acknowledgement and gives the entry again. A failed write or sync fails all that was
 * pending: the segment is left at its last durable record and writing goes on in a new one.
 *
 * Throws LinliError `conflict` when a segment has the format of a newer version, `unavailable` when the folder cannot be
 * made or read.
 */
export async function openSegmentJournalWriter(options: SegmentJournalWriterOptions): Promise<JournalWriter> {
  const files = options.files ?? nodeFiles;
  const writer = new SegmentJournalWriter(options, files, await prepare(files, options.dir));
  await writer.begin();
  return writer;
}

interface ActiveSegment {
  readonly file: JournalFile;
  readonly number: number;
  /** Where the last durable record ends. */
  end: number;
}

class SegmentJournalWriter implements JournalWriter {
  #folder: SegmentFolder;
  #segmentBytes: number;
  #now: () => number;
  #wait: Wait;
  /** One per writer, so that records can be encoded before it is known which segment they go to. */
  #salt = randomInt(1, 2 ** 32);
  #active: ActiveSegment | undefined;
  #previous: { number: number; end: number };
  /** Segments that failed before they held anything durable. */
  #useless: number[] = [];
  readonly #durable: { sequence: number; bytes: number; newest: number };
  #nextSequence: number;
  #collecting = new Group();
  #writing: Group | undefined;
  #spare: Group[] = [new Group()];
  #scheduled = false;
  #blocked: string | undefined;
  /** Attempts since something became durable. */
  #failures = 0;
  #wantedBytes = 0;
  #uncheckedBytes = Number.POSITIVE_INFINITY;
  #closing = new AbortController();
  #recovering: Promise<void> = Promise.resolve();

  constructor(options: SegmentJournalWriterOptions, files: JournalFiles, found: Recovered) {
    this.#folder = new SegmentFolder(files, options.dir, options, found);
    this.#segmentBytes = options.segmentBytes;
    this.#now = options.now ?? Date.now;
    this.#wait = options.wait ?? realWait;
    this.#previous = { number: found.previous, end: found.previousEnd };
    this.#nextSequence = found.nextSequence;
    this.#durable = { sequence: found.nextSequence, bytes: found.bytes, newest: found.newest };
  }

  /** The first segment; a disk that does not take it blocks the writer, it does not stop the start. */
  async begin(): Promise<void> {
    const reason = await this.#tryToWrite();
    if (reason !== undefined) this.#block(reason);
  }

  append(entry: JournalEntry, done: Done): void {
    if (this.#blocked !== undefined) return failSoon(done, unavailable(this.#blocked));
    if (this.#closing.signal.aborted) return failSoon(done, unavailable("the journal is closed"));
    try {
      this.#collecting.add(entry, this.#salt, this.#nextSequence, done);
    } catch (error) {
      return failSoon(done, error instanceof Error ? error : new Error(String(error)));
    }
    this.#nextSequence++;
    this.#schedule();
  }

  flush(): Promise<void> {
    const last = this.#collecting.records > 0 ? this.#collecting : this.#writing;
    return new Promise((resolve) => (last === undefined ? resolve() : last.whenSettled(() => resolve())));
  }

  health(): JournalHealth {
    return {
      writable: this.#blocked === undefined,
      ...(this.#blocked === undefined ? {} : { reason: this.#blocked }),
      appended: this.#durable.sequence,
      bytes: this.#durable.bytes,
      newest: this.#durable.newest,
      pendingBytes: this.#collecting.length + (this.#writing?.length ?? 0),
    };
  }

  async trim(before: Position): Promise<void> {
    await this.#folder.trim(placeOf(before).segment, this.#now());
  }

  async close(): Promise<void> {
    await this.flush();
    this.#closing.abort();
    await this.flush();
    await this.#recovering;
    const active = this.#active;
    this.#active = undefined;
    await active?.file.close();
  }

  /** Waits for the end of this turn of the event loop, so that what arrives in one read shares one sync. */
  #schedule(): void {
    if (this.#scheduled || this.#writing !== undefined) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#writeGroups();
    });
  }

  /** Writes group after group until none is waiting. A group's callbacks run while the next one is being written. */
  async #writeGroups(): Promise<void> {
    let finished: Group | undefined;
    while (this.#collecting.records > 0) {
      const group = this.#collecting;
      this.#collecting = this.#spare.pop() ?? new Group();
      this.#writing = group;
      const committed = this.#commit(group);
      if (finished !== undefined) this.#release(finished, null);
      finished = undefined;
      try {
        await committed;
      } catch (error) {
        this.#fail(group, error);
        return;
      }
      this.#writing = undefined;
      finished = group;
    }
    if (finished !== undefined) this.#release(finished, null);
  }

  async #commit(group: Group): Promise<void> {
    const { length, records } = group;
    this.#uncheckedBytes += length;
    if (this.#uncheckedBytes >= SPACE_CHECK_BYTES || this.#folder.isNearCap(length)) {
      const shortage = await this.#folder.shortage(length);
      if (shortage !== undefined) throw new Shortage(shortage, length);
      this.#uncheckedBytes = 0;
    }
    let segment = this.#active;
    if (segment === undefined || (segment.end > DATA_START && segment.end + length > this.#segmentBytes)) {
      segment = await this.#rotate();
    }
    await segment.file.write(group.bytes(), segment.end);
    await segment.file.sync();
    segment.end += length;
    this.#folder.grew(length);
    this.#durable.sequence += records;
    this.#durable.bytes += length;
    this.#durable.newest = group.newest;
    this.#failures = 0;
  }

  async #rotate(): Promise<ActiveSegment> {
    this.#leaveSegment();
    const { file, number } = await this.#folder.create({
      salt: this.#salt,
      firstSequence: this.#durable.sequence,
      bytesBefore: this.#durable.bytes,
      createdAt: this.#now(),
      previous: this.#previous.number,
      previousEnd: this.#previous.end,
    });
    this.#active = { file, number, end: DATA_START };
    await this.#folder.discard(this.#useless.splice(0));
    return this.#active;
  }

  /** The next segment's head will say that this one ends at its last durable record, whatever else was written. */
  #leaveSegment(): void {
    const left = this.#active;
    if (left === undefined) return;
    this.#active = undefined;
    if (left.end > DATA_START) this.#previous = { number: left.number, end: left.end };
    else this.#useless.push(left.number);
    // Everything that counts has been synced; there is nothing that closing could still lose.
    left.file.close().catch(() => {});
  }

  /** Nothing that was pending can be trusted: after a failed sync the system forgets what it could not write. */
  #fail(group: Group, error: unknown): void {
    if (error instanceof Shortage) this.#wantedBytes = error.bytes;
    else this.#leaveSegment();
    const waiting = this.#collecting;
    this.#collecting = this.#spare.pop() ?? new Group();
    this.#writing = undefined;
    this.#nextSequence = this.#durable.sequence;
    this.#uncheckedBytes = Number.POSITIVE_INFINITY;
    this.#block(reasonOf(error));
    const failure = unavailable(reasonOf(error), error);
    this.#release(group, failure);
    this.#release(waiting, failure);
  }

  #release(group: Group, error: Error | null): void {
    group.settle(error);
    this.#spare.push(group);
  }

  #block(reason: string): void {
    this.#blocked = reason;
    this.#recovering = this.#unblock();
  }

  /** Looks at the disk until it takes a segment again. */
  async #unblock(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      // The first failure may be the old segment's own: a new one is tried at once.
      if (this.#failures > 0) {
        const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures - 1, 10));
        await this.#wait(pause, this.#closing.signal);
      }
      this.#failures++;
      this.#blocked = await this.#tryToWrite();
      if (this.#blocked === undefined) return;
    }
  }

  /** Makes sure of room and of an active segment; answers why that cannot be. */
  async #tryToWrite(): Promise<string | undefined> {
    try {
      const shortage = await this.#folder.shortage(this.#wantedBytes);
      if (shortage !== undefined) return shortage;
      this.#active ??= await this.#rotate();
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }
}

async function prepare(files: JournalFiles, dir: string): Promise<Recovered> {
  try {
    await files.makeFolder(dir);
    return await recover(files, dir);
  } catch (error) {
    if (error instanceof LinliError) throw error;
    throw new LinliError("unavailable", `the journal folder ${dir} cannot be used: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

class Shortage extends Error {
  readonly bytes: number;

  constructor(message: string, bytes: number) {
    super(message);
    this.bytes = bytes;
  }
}

function unavailable(reason: string, cause?: unknown): LinliError {
  return new LinliError("unavailable", `the journal cannot be written: ${reason}`, { cause });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failSoon(done: Done, error: Error): void {
  process.nextTick(done, error);
}
