import { join } from "node:path";
import { isMissing, type JournalFile, type JournalFiles } from "./files.ts";
import { readAround } from "./resync.ts";
import { DATA_START, decodeHeader, type SegmentHeader, segmentName, segmentNumber } from "./segment-header.ts";

/** Numbers of the segment files in the folder, ascending. */
export async function listSegments(files: JournalFiles, dir: string): Promise<number[]> {
  const numbers = (await files.list(dir)).map(segmentNumber).filter((number) => number !== undefined);
  return numbers.sort((a, b) => a - b);
}

export interface OpenSegment {
  readonly file: JournalFile;
  /** Undefined when neither copy of the head is whole: never finished, or damaged. */
  readonly header: SegmentHeader | undefined;
}

/** Opens a segment for reading; undefined when it is gone (trimmed). Throws LinliError `conflict` for a newer format. */
export async function openSegment(files: JournalFiles, dir: string, number: number): Promise<OpenSegment | undefined> {
  const file = await openFile(files, join(dir, segmentName(number)));
  if (file === undefined) return undefined;
  try {
    const bytes = Buffer.alloc(DATA_START);
    await readAround(file, bytes, 0);
    return { file, header: decodeHeader(bytes, number) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The head alone; undefined when the segment is gone or its head is not whole. */
export async function readHeader(files: JournalFiles, dir: string, number: number): Promise<SegmentHeader | undefined> {
  const segment = await openSegment(files, dir, number);
  await segment?.file.close();
  return segment?.header;
}

async function openFile(files: JournalFiles, path: string): Promise<JournalFile | undefined> {
  try {
    return await files.open(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
