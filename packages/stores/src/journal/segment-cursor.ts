import type { JournalFile } from "./files.ts";
import { checkRecord, DAMAGED_LENGTH, INCOMPLETE, recordLength } from "./record-format.ts";
import { findRecord, readAround } from "./resync.ts";
import type { SegmentHeader } from "./segment-header.ts";

const FIRST_BLOCK = 64 * 1024;
const LARGEST_BLOCK = 1024 * 1024;
const SMALLEST_READ = 16 * 1024;

const REASONS: Readonly<Record<number, string>> = { [DAMAGED_LENGTH]: "damaged length", [INCOMPLETE]: "cut short" };

/** Bytes of a segment that hold no record any more. */
export interface Damage {
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
}

/**
 * Walks over one segment. Blocks are read in large pieces and never written again where a record was found, so that
 * payloads may be views of them.
 */
export class SegmentCursor {
  readonly header: SegmentHeader;
  /** File offset of the next record. */
  at: number;
  #file: JournalFile;
  #block = Buffer.alloc(0);
  #blockAt: number;
  #filled = 0;
  /** Grows while blocks come back full: one that is far behind reads in large pieces. */
  #blockBytes = FIRST_BLOCK;

  constructor(file: JournalFile, header: SegmentHeader, at: number) {
    this.#file = file;
    this.header = header;
    this.at = at;
    this.#blockAt = at;
  }

  get block(): Buffer {
    return this.#block;
  }

  /** Where the next record begins in the block. */
  get inBlock(): number {
    return this.at - this.#blockAt;
  }

  /** Length of the record at `at` when the block has all of it, else one of the codes of record-format. */
  check(): number {
    return checkRecord(this.#block, this.inBlock, this.#filled, this.header.salt);
  }

  /** True when nothing has been read behind `at`. */
  get drained(): boolean {
    return this.inBlock >= this.#filled;
  }

  advance(length: number): void {
    this.at += length;
  }

  /** Reads on, at most to `end`; false when there is nothing more. With `patient`, unreadable pages count as damage. */
  async fill(end: number, patient: boolean): Promise<boolean> {
    const wanted = this.#wanted();
    if (this.inBlock + Math.max(wanted, SMALLEST_READ) > this.#block.length) {
      if (this.#filled === this.#block.length && this.#filled > 0) {
        this.#blockBytes = Math.min(this.#blockBytes * 4, LARGEST_BLOCK);
      }
      this.#block = Buffer.allocUnsafeSlow(Math.max(this.#blockBytes, wanted));
      this.#blockAt = this.at;
      this.#filled = 0;
    }
    const from = this.#blockAt + this.#filled;
    if (from >= end) return false;
    const room = this.#block.subarray(this.#filled, Math.min(end - this.#blockAt, this.#block.length));
    const read = patient ? await readAround(this.#file, room, from) : await this.#file.read(room, from);
    this.#filled += read;
    return read > 0;
  }

  /**
   * The record at `at` is not whole although there are bytes. Answers the damage, and stands behind it. "wait": it may
   * still be in writing (`sealedEnd` undefined, nothing whole behind it). "whole": so it is, at a second look.
   */
  async passDamage(sealedEnd: number | undefined): Promise<Damage | "wait" | "whole"> {
    const end = sealedEnd ?? (await this.#file.size());
    const next = await findRecord(this.#file, this.at + 1, end, this.header.salt);
    // What was read first may have been read while it was being written: read it again.
    this.#filled = this.inBlock;
    if (next === undefined && sealedEnd === undefined) return "wait";
    while (this.check() === INCOMPLETE && (await this.fill(end, true)));
    const found = this.check();
    if (found > 0) return "whole";
    const offset = this.at;
    this.at = next ?? end;
    this.#blockAt = this.at;
    this.#block = Buffer.alloc(0);
    this.#filled = 0;
    return { offset, bytes: this.at - offset, reason: REASONS[found] ?? "damaged record" };
  }

  #wanted(): number {
    if (this.#filled - this.inBlock < 8) return 8;
    return recordLength(this.#block, this.inBlock, this.header.salt) ?? 8;
  }
}
