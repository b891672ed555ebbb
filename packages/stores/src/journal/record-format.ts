import { crc32 } from "node:zlib";
import { LinliError } from "@linli/model";
import { ENTRY_KINDS, type JournalEntry, type JournalRecord, type Position } from "./port.ts";

/**
 * One record:
 *
 * ```
 *  0 length u32, of the whole record   4 length XOR salt, u32   8 CRC-32 (begun with the salt) of bytes 12 … end, u32
 * 12 sequence f64   20 receivedAt f64   28 kind u8   29 principal length u16   31 topic length u16
 * 33 principal, topic, payload, one byte 0xA5
 * ```
 * The doubled length tells a damaged length from a damaged body: behind a damaged body the next record's place is known,
 * behind a damaged length it is looked for. The last byte is never zero: at the end of a file it tells a whole record
 * that was damaged from one that was never finished.
 */
export const RECORD_OVERHEAD = 34;
const BODY_START = 33;
export const END_MARK = 0xa5;
/** A record is at most this long; a longer length is damage. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;
const MAX_TEXT_BYTES = 65_535;

const KIND_CODES = new Map(ENTRY_KINDS.map((kind, code) => [kind, code]));

/** The bytes an entry needs at most; throws LinliError `too-large` when no record can hold it. */
export function recordRoom(entry: JournalEntry): number {
  const room = RECORD_OVERHEAD + entry.principal.length * 3 + entry.topic.length * 3 + entry.payload.length;
  if (room > MAX_RECORD_BYTES) throw new LinliError("too-large", `a journal entry of ${room} bytes`);
  if (entry.principal.length * 3 > MAX_TEXT_BYTES || entry.topic.length * 3 > MAX_TEXT_BYTES) {
    const bytes = Math.max(Buffer.byteLength(entry.principal), Buffer.byteLength(entry.topic));
    if (bytes > MAX_TEXT_BYTES) throw new LinliError("too-large", `a principal or topic of ${bytes} bytes`);
  }
  return room;
}

/** Writes the record at `at`, where `recordRoom` bytes are free; answers its length. */
export function encodeRecord(into: Buffer, at: number, entry: JournalEntry, salt: number, sequence: number): number {
  const principal = into.write(entry.principal, at + BODY_START);
  const topic = into.write(entry.topic, at + BODY_START + principal);
  const payloadAt = at + BODY_START + principal + topic;
  into.set(entry.payload, payloadAt);
  const end = payloadAt + entry.payload.length;
  into[end] = END_MARK;
  const length = end + 1 - at;
  into.writeUInt32LE(length, at);
  into.writeUInt32LE((length ^ salt) >>> 0, at + 4);
  into.writeDoubleLE(sequence, at + 12);
  into.writeDoubleLE(entry.receivedAt, at + 20);
  into[at + 28] = KIND_CODES.get(entry.kind) ?? 0;
  into.writeUInt16LE(principal, at + 29);
  into.writeUInt16LE(topic, at + 31);
  into.writeUInt32LE(crc32(into.subarray(at + 12, end + 1), salt), at + 8);
  return length;
}

/** What `checkRecord` found; a whole record is answered as its length. */
export const INCOMPLETE = 0; // more bytes are needed to tell
export const DAMAGED_LENGTH = -1; // nothing is known about where it ends
const DAMAGED_BODY = -2; // ends where `recordLength` says

/** Looks at the record that begins at `at`, in the bytes up to `end`. */
export function checkRecord(bytes: Buffer, at: number, end: number, salt: number): number {
  if (end - at < 8) return INCOMPLETE;
  const length = recordLength(bytes, at, salt);
  if (length === undefined) return DAMAGED_LENGTH;
  if (at + length > end) return INCOMPLETE;
  return bytes.readUInt32LE(at + 8) === crc32(bytes.subarray(at + 12, at + length), salt) ? length : DAMAGED_BODY;
}

/** The length written at `at`, or undefined when its two copies do not agree or it cannot be one. */
export function recordLength(bytes: Buffer, at: number, salt: number): number | undefined {
  const length = bytes.readUInt32LE(at);
  const agreed = (length ^ bytes.readUInt32LE(at + 4)) >>> 0 === salt;
  return agreed && length >= RECORD_OVERHEAD && length <= MAX_RECORD_BYTES ? length : undefined;
}

export function recordSequence(bytes: Buffer, at: number): number {
  return bytes.readDoubleLE(at + 12);
}

export function recordTime(bytes: Buffer, at: number): number {
  return bytes.readDoubleLE(at + 20);
}

/** The record of `length` bytes at `at`; its payload is a view of `bytes`. */
export function decodeRecord(bytes: Buffer, at: number, length: number, position: Position): JournalRecord {
  const principalAt = at + BODY_START;
  const topicAt = principalAt + bytes.readUInt16LE(at + 29);
  const payloadAt = topicAt + bytes.readUInt16LE(at + 31);
  return {
    position,
    sequence: recordSequence(bytes, at),
    receivedAt: recordTime(bytes, at),
    kind: ENTRY_KINDS[bytes[at + 28] ?? 0] ?? "publish",
    principal: bytes.toString("utf8", principalAt, topicAt),
    topic: bytes.toString("utf8", topicAt, payloadAt),
    payload: bytes.subarray(payloadAt, at + length - 1),
  };
}
