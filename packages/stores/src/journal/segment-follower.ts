import type { JournalFile, JournalFiles } from "./files.ts";
import type { JournalRecord, Position, ReadResult } from "./port.ts";
import { type Place, positionIn, positionOf, segmentPrefix } from "./position.ts";
import { decodeRecord, INCOMPLETE } from "./record-format.ts";
import { SegmentCursor } from "./segment-cursor.ts";
import { DATA_START, segmentName } from "./segment-header.ts";
import { listSegments, openSegment, readHeader } from "./segments.ts";

/** What was met on the way, in order. */
export interface Met {
  readonly records: JournalRecord[];
  readonly quarantined: ReadResult["quarantined"][number][];
}

/** A place that could not be read so many times is taken for damaged. */
const READ_ATTEMPTS = 3;

interface Open {
  readonly cursor: SegmentCursor;
  readonly file: JournalFile;
  /** Of its positions. */
  readonly prefix: string;
  /** Where the segment ends, known once a later one says so; what is behind it was never acknowledged. */
  sealedEnd: number | undefined;
}

/** Walks over the segments, from one to the next. */
export class SegmentFollower {
  #files: JournalFiles;
  #dir: string;
  #open: Open | undefined;
  /** Where to enter when no segment is open. */
  #place: Place = { segment: 0, offset: 0 };
  #readErrors = 0;

  constructor(files: JournalFiles, dir: string) {
    this.#files = files;
    this.#dir = dir;
  }

  async seek(place: Place): Promise<void> {
    await this.close();
    this.#place = place;
  }

  /** Where the next record will be; undefined before the first segment. */
  position(): Position | undefined {
    const cursor = this.#open?.cursor;
    return cursor === undefined ? undefined : positionOf(cursor.header.number, cursor.at);
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.file.close();
  }

  /**
   * Takes what is there, at most so many records, and none more from `bytes` of them on. `lookForNext`: at the end, ask
   * the folder for a later segment. An error of the disk leaves the follower where it was.
   */
  async collect(met: Met, most: { records: number; bytes: number }, lookForNext: boolean): Promise<void> {
    let bytes = 0;
    while (met.records.length < most.records && met.quarantined.length < most.records && bytes < most.bytes) {
      const open = this.#open;
      if (open === undefined || (open.sealedEnd !== undefined && open.cursor.at >= open.sealedEnd)) {
        if (await this.#enterNext(met)) continue;
        return;
      }
      const { cursor } = open;
      const found = cursor.check();
      if (found > 0) {
        const position = positionIn(open.prefix, cursor.at);
        met.records.push(decodeRecord(cursor.block, cursor.inBlock, found, position));
        cursor.advance(found);
        bytes += found;
      } else if (found !== INCOMPLETE || !(await this.#fill(open))) {
        if (await this.#pass(open, met, lookForNext)) continue;
        return;
      }
    }
  }

  async #fill(open: Open): Promise<boolean> {
    try {
      const end = open.sealedEnd ?? Number.POSITIVE_INFINITY;
      const more = await open.cursor.fill(end, this.#readErrors >= READ_ATTEMPTS);
      this.#readErrors = 0;
      return more;
    } catch (error) {
      this.#readErrors++;
      throw error;
    }
  }

  /** There is no whole record and nothing more to read. False when only waiting helps. */
  async #pass(open: Open, met: Met, lookForNext: boolean): Promise<boolean> {
    const { cursor, file } = open;
    const { number } = cursor.header;
    if (open.sealedEnd === undefined && lookForNext) {
      open.sealedEnd = await this.#findSealedEnd(number, file);
      if (open.sealedEnd !== undefined) return true;
    }
    if (open.sealedEnd === undefined && cursor.drained) return false;
    const damage = await cursor.passDamage(open.sealedEnd);
    if (damage === "whole") return true;
    if (damage === "wait") return false;
    met.quarantined.push({ position: positionOf(number, damage.offset), file: segmentName(number), ...damage });
    return true;
  }

  /** Later segments' heads say where this one ends; if they are damaged, it ends where its file does. */
  async #findSealedEnd(number: number, file: JournalFile): Promise<number | undefined> {
    const later = (await listSegments(this.#files, this.#dir)).filter((other) => other > number);
    for (const other of later) {
      const header = await readHeader(this.#files, this.#dir, other);
      if (header === undefined) continue;
      if (header.previous === number) return header.previousEnd;
      return header.previous < number ? DATA_START : file.size();
    }
    return undefined;
  }

  /** Opens the oldest segment behind the present one, or the one to enter at. False when there is none yet. */
  async #enterNext(met: Met): Promise<boolean> {
    const leaving = this.#open?.cursor.header.number;
    const lost: Met["quarantined"][number][] = [];
    for (const number of await listSegments(this.#files, this.#dir)) {
      if (leaving === undefined ? number < this.#place.segment : number <= leaving) continue;
      const segment = await openSegment(this.#files, this.#dir, number);
      if (segment === undefined) continue;
      try {
        if (segment.header === undefined) {
          // Without a head nothing in it can be told. One that never got any record is no loss.
          const bytes = await segment.file.size();
          const file = segmentName(number);
          if (bytes > DATA_START) {
            lost.push({ position: positionOf(number, 0), file, offset: 0, bytes, reason: "damaged head" });
          }
          await segment.file.close();
          continue;
        }
        const offset = leaving === undefined && number === this.#place.segment ? this.#place.offset : 0;
        const sealedEnd = await this.#findSealedEnd(number, segment.file);
        await this.close();
        const cursor = new SegmentCursor(segment.file, segment.header, Math.max(offset, DATA_START));
        this.#open = { cursor, file: segment.file, prefix: segmentPrefix(number), sealedEnd };
        met.quarantined.push(...lost);
        return true;
      } catch (error) {
        await segment.file.close().catch(() => {});
        throw error;
      }
    }
    return false;
  }
}
