import { join } from "node:path";
import type { JournalFiles } from "./files.ts";
import { beginningOf, findEnd, findEndFromTail, wasFinished } from "./segment-end.ts";
import { DATA_START, type SegmentHeader, segmentName } from "./segment-header.ts";
import { listSegments, openSegment } from "./segments.ts";

/** What a writer must know of the segments that are there. */
export interface Recovered {
  readonly segments: KnownSegment[];
  /** The highest number ever used. */
  readonly lastNumber: number;
  /** The segment that was written last, 0 for none, and where its valid part ends. */
  readonly previous: number;
  readonly previousEnd: number;
  readonly nextSequence: number;
  readonly bytes: number;
  /** `receivedAt` of the newest record that can be read; 0 for none. */
  readonly newest: number;
}

export interface KnownSegment {
  readonly number: number;
  size: number;
  /** Undefined when its head is damaged. */
  readonly createdAt: number | undefined;
}

/** Reads all heads and the last segment's records; changes nothing. Throws LinliError `conflict` for a newer format. */
export async function recover(files: JournalFiles, dir: string): Promise<Recovered> {
  const segments: KnownSegment[] = [];
  let last: SegmentHeader | undefined;
  for (const number of await listSegments(files, dir)) {
    const segment = await openSegment(files, dir, number);
    if (segment === undefined) continue;
    try {
      segments.push({ number, size: await segment.file.size(), createdAt: segment.header?.createdAt });
    } finally {
      await segment.file.close();
    }
    last = segment.header ?? last;
  }
  const lastNumber = segments.at(-1)?.number ?? 0;
  if (last === undefined)
    return { segments, lastNumber, previous: 0, previousEnd: 0, nextSequence: 0, bytes: 0, newest: 0 };
  const file = await files.open(join(dir, segmentName(last.number)));
  try {
    // A killed writer's last records may be written and not synced. They are read from now on, so they have to stay;
    // if they cannot, nobody was told that they would.
    await file.sync().catch(() => {});
    let end = await findEnd(file, last, beginningOf(last));
    if (await wasFinished(file, end.offset, last.salt)) {
      end = { ...end, offset: await file.size(), sequence: end.sequence + 1 };
    }
    return {
      segments,
      lastNumber,
      previous: last.number,
      previousEnd: end.offset,
      nextSequence: end.sequence,
      bytes: last.bytesBefore + end.offset - DATA_START,
      newest: end.newest || (await newestBefore(files, dir, last)),
    };
  } finally {
    await file.close();
  }
}

/** The newest time in the segments before one that holds no record: starts that were killed at once leave such. */
async function newestBefore(files: JournalFiles, dir: string, empty: SegmentHeader): Promise<number> {
  for (let { previous } = empty; previous !== 0; ) {
    const segment = await openSegment(files, dir, previous);
    if (segment === undefined) return 0;
    try {
      const { file, header } = segment;
      if (header === undefined) return 0;
      const { newest } = await findEndFromTail(file, header, beginningOf(header));
      if (newest > 0 || header.previous >= previous) return newest;
      previous = header.previous;
    } finally {
      await segment.file.close();
    }
  }
  return 0;
}
