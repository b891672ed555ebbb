import { join } from "node:path";
import type { JournalFile, JournalFiles } from "./files.ts";
import type { KnownSegment, Recovered } from "./recovery.ts";
import { DATA_START, encodeHeader, type SegmentHeader, segmentName } from "./segment-header.ts";

export interface FolderLimits {
  /** All segments together. */
  readonly maxBytes: number;
  /** What the journal leaves free on the disk for everybody else. */
  readonly reserveBytes: number;
  /** Age that a segment reaches before it may be deleted, while there is room. */
  readonly retentionMs: number;
}

/** When this share of `maxBytes` is used, what everybody has read is deleted whatever its age. */
const PRESSED_SHARE = 0.8;
/** … or when less than this many times the reserve is free. */
const PRESSED_RESERVES = 1.5;

/** The writer's view of the folder: which segments there are, how much room is left, what may be deleted. */
export class SegmentFolder {
  #files: JournalFiles;
  #dir: string;
  #limits: FolderLimits;
  #segments: KnownSegment[];
  #lastNumber: number;
  #total: number;
  #readBefore = 0;
  #deleting = false;

  constructor(files: JournalFiles, dir: string, limits: FolderLimits, found: Recovered) {
    this.#files = files;
    this.#dir = dir;
    this.#limits = limits;
    this.#segments = found.segments;
    this.#lastNumber = found.lastNumber;
    this.#total = found.segments.reduce((sum, segment) => sum + segment.size, 0);
  }

  /** Makes a segment under a number never used before, durable with its head and its name. */
  async create(head: Omit<SegmentHeader, "number">): Promise<{ file: JournalFile; number: number }> {
    const number = ++this.#lastNumber;
    const path = join(this.#dir, segmentName(number));
    const file = await this.#files.create(path);
    try {
      await file.write(encodeHeader({ ...head, number }), 0);
      await file.sync();
      await this.#files.syncFolder(this.#dir);
    } catch (error) {
      await file.close().catch(() => {});
      await this.#files.remove(path).catch(() => {});
      throw error;
    }
    this.#segments.push({ number, size: DATA_START, createdAt: head.createdAt });
    this.#total += DATA_START;
    return { file, number };
  }

  /** Deletes segments without records, now that there is a later one: the highest number must stay to be counted on. */
  async discard(numbers: readonly number[]): Promise<void> {
    for (const number of numbers) {
      const gone = this.#segments.find((segment) => segment.number === number);
      if (gone === undefined) continue;
      try {
        await this.#files.remove(join(this.#dir, segmentName(number)));
      } catch {
        continue; // trimmed like any other later
      }
      this.#segments = this.#segments.filter((segment) => segment !== gone);
      this.#total -= gone.size;
    }
  }

  grew(bytes: number): void {
    const last = this.#segments.at(-1);
    if (last !== undefined) last.size += bytes;
    this.#total += bytes;
  }

  /** True when the cap has to be looked at before `bytes` more are written. */
  isNearCap(bytes: number): boolean {
    return this.#total + bytes > this.#limits.maxBytes * PRESSED_SHARE;
  }

  /** Why `bytes` more must not be written; undefined when they may. Deletes what everybody has read when room is short. */
  async shortage(bytes: number): Promise<string | undefined> {
    const { maxBytes, reserveBytes } = this.#limits;
    let free = await this.#files.freeBytes(this.#dir);
    if (this.isNearCap(bytes) || free - bytes < reserveBytes * PRESSED_RESERVES) {
      // What cannot be deleted now does not keep the journal from what room there is.
      if (await this.#deleteRead(Number.POSITIVE_INFINITY).catch(() => false))
        free = await this.#files.freeBytes(this.#dir);
    }
    if (this.#total + bytes > maxBytes) return `the journal has reached its cap of ${maxBytes} bytes`;
    if (free - bytes < reserveBytes) return `${free} bytes free on the disk, ${reserveBytes} are kept in reserve`;
    return undefined;
  }

  /** Segments before `segment` have been read by everybody; deletes those that are older than the retention too. */
  async trim(segment: number, now: number): Promise<void> {
    this.#readBefore = Math.max(this.#readBefore, segment);
    await this.#deleteRead(now - this.#limits.retentionMs);
  }

  /** Oldest first, never the newest; true when something was deleted. */
  async #deleteRead(sealedBefore: number): Promise<boolean> {
    if (this.#deleting) return false;
    this.#deleting = true;
    let deleted = false;
    try {
      for (let oldest = this.#deletable(sealedBefore); oldest !== undefined; oldest = this.#deletable(sealedBefore)) {
        await this.#files.remove(join(this.#dir, segmentName(oldest.number)));
        this.#segments.shift();
        this.#total -= oldest.size;
        deleted = true;
      }
    } finally {
      this.#deleting = false;
    }
    return deleted;
  }

  #deletable(sealedBefore: number): KnownSegment | undefined {
    const [oldest, ...younger] = this.#segments;
    if (oldest === undefined || younger.length === 0 || oldest.number >= this.#readBefore) return undefined;
    // A damaged head hides its time: such a segment waits for the next one whose time is known.
    const sealedAt = younger.find((segment) => segment.createdAt !== undefined)?.createdAt;
    return sealedAt !== undefined && sealedAt <= sealedBefore ? oldest : undefined;
  }
}
