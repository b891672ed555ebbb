/**
 * The journal: every message, before it is acknowledged. One writer (the broker), any number of readers.
 *
 * - `append` calls back only when the entry is *on disk*. Group commit: one fdatasync for all that wait.
 * - Entries are read in the order in which they were appended. A reader may see an entry before it is acknowledged,
 *   never an acknowledged one out of order or not at all.
 * - Positions are opaque, ordered texts. A position stays valid for ever: what lies before it may have been trimmed,
 *   then reading goes on with the oldest entry that is left (a jump in `sequence` says how many records were missed).
 * - A damaged record is skipped, reported through `quarantined`, and what follows is read.
 */
export const ENTRY_KINDS = [
  "publish", // a device's message over MQTT
  "push", // a device's message over HTTP
  "connect", // an accepted session of a credential
  "disconnect",
  "start", // the broker began: a new epoch
  "stop", // the broker ended in order
  "tick", // one a second
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export interface JournalEntry {
  readonly kind: EntryKind;
  /** Epoch ms by the broker's slewed clock; never decreases. */
  readonly receivedAt: number;
  /** The device whose credential was used: the sender, or its gateway. Empty for start, stop and tick. */
  readonly principal: string;
  /** The topic as published (`publish`, `push`), the session id (`connect`, `disconnect`), the epoch (`start`). */
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface JournalRecord extends JournalEntry {
  /** Where it begins: reading from here gives it again. To go on behind it take the result's `next`. */
  readonly position: Position;
  /** Counts appended records over the journal's whole life; the difference of two is a lag in records. */
  readonly sequence: number;
}

/** Opaque; compare with `comparePositions`; `START` is before everything. */
export type Position = string;
export const START: Position = "";

export interface ReadResult {
  readonly records: readonly JournalRecord[];
  /** Where to go on; equals the argument when there was nothing. */
  readonly next: Position;
  readonly quarantined: readonly {
    readonly position: Position;
    readonly file: string;
    readonly offset: number;
    readonly bytes: number;
    readonly reason: string;
  }[];
}

export interface JournalHealth {
  /** False while nothing can be made durable; `reason` says why (full, read-only, i/o error). */
  readonly writable: boolean;
  readonly reason?: string;
  /** Appended records and bytes since the journal was first made. */
  readonly appended: number;
  readonly bytes: number;
  /** `receivedAt` of the newest record; 0 when there is none. */
  readonly newest: number;
  /** Accepted but not yet durable, in bytes: the caller bounds it. */
  readonly pendingBytes: number;
}

export interface JournalWriter {
  /** Fails with LinliError `unavailable` when it cannot become durable; then it is not acknowledged and may be given again. */
  append(entry: JournalEntry, done: (error: Error | null) => void): void;
  /** Resolves when all that was appended before is durable (or has failed). */
  flush(): Promise<void>;
  health(): JournalHealth;
  /** The slowest consumer's position: whole segments before it, older than the retention, may be deleted. */
  trim(before: Position): Promise<void>;
  close(): Promise<void>;
}

export interface ReadOptions {
  readonly maxRecords: number;
  /** No further record once so many bytes of them are there: one large message may exceed it, two never do. */
  readonly maxBytes?: number;
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

export interface JournalReader {
  /** At most `maxRecords`; waits up to `waitMs` for the first one. */
  read(from: Position, options: ReadOptions): Promise<ReadResult>;
  /** The end at this moment, as sequence: what a lag is measured against. */
  end(): Promise<{ readonly position: Position; readonly sequence: number }>;
  /** Bytes of the records between a position and the end at this moment. */
  bytesAfter(from: Position): Promise<number>;
  close(): Promise<void>;
}
