import { crc32 } from "node:zlib";
import { LinliError } from "@linli/model";

/**
 * The head of a segment file, twice (a damaged sector spares the other copy); records begin at `DATA_START`.
 *
 * ```
 *  0 magic "LINLIJNL"   8 version u16   10 zero u16   12 salt u32   16 number f64   24 firstSequence f64
 * 32 bytesBefore f64   40 createdAt f64   48 previous f64   56 previousEnd f64   64 CRC-32 of bytes 0–63, u32
 * ```
 * Little-endian. Magic, version and the place of the CRC stay the same in every later format.
 */
export interface SegmentHeader {
  readonly number: number;
  /** Random, unknown to devices: no payload can pass for a record when reading goes on behind damage. */
  readonly salt: number;
  /** Sequence of the first record. */
  readonly firstSequence: number;
  /** Record bytes in all segments before. */
  readonly bytesBefore: number;
  /** Epoch ms; what the segments before hold is not younger. */
  readonly createdAt: number;
  /**
   * Number of the last segment before that holds records, 0 for none, and the offset where its valid part ends. Those in
   * between hold nothing that was acknowledged.
   */
  readonly previous: number;
  readonly previousEnd: number;
}

export const DATA_START = 1024;
const COPIES = [0, 512] as const;
const SIZE = 68;
const MAGIC = "LINLIJNL";
const VERSION = 1;
const NAME = /^(\d{10})\.segment$/;

export function segmentName(number: number): string {
  return `${String(number).padStart(10, "0")}.segment`;
}

/** The number in a segment's name; undefined for a file that is not ours. */
export function segmentNumber(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function encodeHeader(header: SegmentHeader): Uint8Array {
  const bytes = Buffer.alloc(DATA_START);
  bytes.write(MAGIC, 0, "latin1");
  bytes.writeUInt16LE(VERSION, 8);
  bytes.writeUInt32LE(header.salt, 12);
  bytes.writeDoubleLE(header.number, 16);
  bytes.writeDoubleLE(header.firstSequence, 24);
  bytes.writeDoubleLE(header.bytesBefore, 32);
  bytes.writeDoubleLE(header.createdAt, 40);
  bytes.writeDoubleLE(header.previous, 48);
  bytes.writeDoubleLE(header.previousEnd, 56);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 64)), 64);
  bytes.copy(bytes, COPIES[1], 0, SIZE);
  return bytes;
}

/**
 * Reads the first `DATA_START` bytes of the segment `number`; undefined when neither copy is whole.
 * Throws LinliError `conflict` for a format of a newer version.
 */
export function decodeHeader(bytes: Buffer, number: number): SegmentHeader | undefined {
  for (const start of COPIES) {
    const copy = bytes.subarray(start, start + SIZE);
    if (copy.length < SIZE || copy.toString("latin1", 0, 8) !== MAGIC) continue;
    if (copy.readUInt32LE(64) !== crc32(copy.subarray(0, 64))) continue;
    const version = copy.readUInt16LE(8);
    if (version !== VERSION) {
      throw new LinliError(
        "conflict",
        `${segmentName(number)} has journal format ${version}; this version of Linli reads format ${VERSION}`,
      );
    }
    if (copy.readDoubleLE(16) !== number) continue;
    return {
      number,
      salt: copy.readUInt32LE(12),
      firstSequence: copy.readDoubleLE(24),
      bytesBefore: copy.readDoubleLE(32),
      createdAt: copy.readDoubleLE(40),
      previous: copy.readDoubleLE(48),
      previousEnd: copy.readDoubleLE(56),
    };
  }
  return undefined;
}
