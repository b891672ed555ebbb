import type { DeadLetterReason, DeviceEvent } from "@linli/model";
import type { Position } from "../journal/port.ts";
import type { Author } from "./author.ts";
import type { Page, PageRequest } from "./page.ts";

/** A payload, or one value of it, that could not be used. The bytes are the whole message's, as received. */
export interface DeadLetter {
  /** Stable across repeats: position in the journal and the place inside the message. */
  readonly id: string;
  readonly receivedAt: number;
  readonly principal: string;
  readonly topic: string;
  readonly reason: DeadLetterReason;
  /** The point or field meant; empty for the whole message. */
  readonly field: string;
  /** The value as text, at most 200 characters; empty for personal data. */
  readonly value: string;
  /** Empty for personal data. */
  readonly payload: Uint8Array;
  readonly replayedAt: number | null;
}

export interface DeadLetterFilter {
  readonly reason?: DeadLetterReason;
  readonly deviceId?: string;
  readonly search?: string;
  readonly from?: number;
  readonly to?: number;
  readonly replayed?: boolean;
}

/** A batch that archive has brought to safety: its series are stored, this is the rest of it. */
export interface ArchiveCommit {
  readonly position: Position;
  readonly sequence: number;
  readonly events: readonly DeviceEvent[];
  readonly deadLetters: readonly DeadLetter[];
  /** Added to the running totals. */
  readonly counts: { readonly written: number; readonly rejected: number; readonly conflicts: number };
  /** What archive must remember at this position to read on the same way, its own JSON; absent = as before. */
  readonly memory?: string;
}

export interface ArchiveTotals {
  readonly position: Position;
  readonly sequence: number;
  readonly written: number;
  readonly rejected: number;
  readonly conflicts: number;
  readonly deadLetters: number;
  /** Letters dropped because there were more than may be kept. */
  readonly deadLettersDropped: number;
  /** As last committed; absent = never. */
  readonly memory?: string;
}

export interface EventFilter {
  readonly deviceId?: string;
  readonly type?: string;
  readonly from?: number;
  readonly to?: number;
}

export interface ArchiveStore {
  totals(): Promise<ArchiveTotals>;
  /** One transaction; events and letters that are there already are left as they are. */
  commit(commit: ArchiveCommit): Promise<void>;
  events(filter: EventFilter, page: PageRequest): Promise<Page<DeviceEvent>>;
  /** Newest first, without their bytes. */
  deadLetters(filter: DeadLetterFilter, page: PageRequest): Promise<Page<Omit<DeadLetter, "payload">>>;
  deadLetter(id: string): Promise<DeadLetter | undefined>;
  /** How many there are, by reason. */
  deadLetterCounts(): Promise<Readonly<Partial<Record<DeadLetterReason, number>>>>;
  markReplayed(ids: readonly string[], author: Author): Promise<void>;
  /** Forgets the events that were observed before. */
  trimEvents(before: number): Promise<void>;
}
