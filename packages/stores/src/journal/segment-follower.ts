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

/** Walks over the segments, from one to the next. */
export class SegmentFollower {
  #files: JournalFiles;
  #dir: string;
  #file: JournalFile | undefined;
  #cursor: SegmentCursor | undefined;
  /** Where the segment ends, known once a later one says so; what is behind it was never acknowledged. */
  #sealedEnd: number | undefined;
  #prefix = "";
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
    return this.#cursor === undefined ? undefined : positionOf(this.#cursor.header.number, this.#cursor.at);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#cursor = undefined;
    this.#sealedEnd = undefined;
    await file?.close();
  }

  /**
   * Takes what is there, at most `limit` records. `lookForNext`: at the end, ask the folder for a later segment.
   * An error of the disk leaves the follower where it was.
   */
  async collect(met: Met, limit: number, lookForNext: boolean): Promise<void> {
    while (met.records.length < limit && met.quarantined.length < limit) {
      const cursor = this.#cursor;
      if (cursor === undefined || (this.#sealedEnd !== undefined && cursor.at >= this.#sealedEnd)) {
        if (await this.#enterNext(met)) continue;
        return;
      }
      const found = cursor.check();
      if (found > 0) {
        const position = positionIn(this.#prefix, cursor.at);
        met.records.push(decodeRecord(cursor.block, cursor.inBlock, found, position));
        cursor.advance(found);
      } else if (found !== INCOMPLETE || !(await this.#fill(cursor))) {
        if (await this.#pass(cursor, met, lookForNext)) continue;
        return;
      }
    }
  }

  async #fill(cursor: SegmentCursor): Promise<boolean> {
    try {
      const more = await cursor.fill(this.#sealedEnd ?? Number.POSITIVE_INFINITY, this.#readErrors >= READ_ATTEMPTS);
      this.#readErrors = 0;
      return more;
    } catch (error) {
      this.#readErrors++;
      throw error;
    }
  }

  /** There is no whole record and nothing more to read. False when only waiting helps. */
  async #pass(cursor: SegmentCursor, met: Met, lookForNext: boolean): Promise<boolean> {
    if (this.#sealedEnd === undefined && lookForNext) {
      this.#sealedEnd = await this.#findSealedEnd(cursor.header.number);
      if (this.#sealedEnd !== undefined) return true;
    }
    if (this.#sealedEnd === undefined && cursor.drained) return false;
    const damage = await cursor.passDamage(this.#sealedEnd);
    if (damage === "whole") return true;
    if (damage === "wait") return false;
    const { number } = cursor.header;
    met.quarantined.push({ position: positionOf(number, damage.offset), file: segmentName(number), ...damage });
    return true;
  }

  /** Later segments' heads say where this one ends; if they are damaged, it ends where its file does. */
  async #findSealedEnd(number: number): Promise<number | undefined> {
    const later = (await listSegments(this.#files, this.#dir)).filter((other) => other > number);
    for (const other of later) {
      const header = await readHeader(this.#files, this.#dir, other);
      if (header === undefined) continue;
      return header.previous === number ? header.previousEnd : await this.#file?.size();
    }
    return undefined;
  }

  /** Opens the oldest segment behind the present one, or the one to enter at. False when there is none yet. */
  async #enterNext(met: Met): Promise<boolean> {
    const leaving = this.#cursor?.header.number;
    const numbers = await listSegments(this.#files, this.#dir);
    const lost: Met["quarantined"][number][] = [];
    for (const number of numbers) {
      if (leaving === undefined ? number < this.#place.segment : number <= leaving) continue;
      const segment = await openSegment(this.#files, this.#dir, number);
      if (segment === undefined) continue;
      if (segment.header === undefined) {
        // Without a head nothing in it can be told. One that never got any record is no loss.
        const bytes = await segment.file.size();
        await segment.file.close();
        if (bytes > DATA_START) {
          lost.push({
            position: positionOf(number, 0),
            file: segmentName(number),
            offset: 0,
            bytes,
            reason: "damaged head",
          });
        }
        continue;
      }
      const offset = leaving === undefined && number === this.#place.segment ? this.#place.offset : DATA_START;
      await this.close();
      this.#file = segment.file;
      this.#prefix = segmentPrefix(number);
      this.#cursor = new SegmentCursor(segment.file, segment.header, Math.max(offset, DATA_START));
      this.#sealedEnd = await this.#findSealedEnd(number);
      met.quarantined.push(...lost);
      return true;
    }
    return false;
  }
}
