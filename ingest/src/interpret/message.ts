import type { DeadLetterReason, Device, DeviceEvent, PointType, PointValue, Quality, Reading } from "@linli/model";
import type { DeadLetter, JournalRecord } from "@linli/stores";
import { shortText } from "./short-text.ts";

/** A reading under construction; what leaves the last step is a `Reading`. */
interface ReadingDraft {
  readonly deviceId: string;
  readonly point: string;
  readonly type: PointType;
  value: PointValue;
  quality: Quality;
  observedAt: number;
  receivedAt: number;
  readonly historical: boolean;
}

/** Values that were observed together, as a decoder found them. */
export interface RawReading {
  /** As sent; `undefined` when the device gave none. */
  readonly ts: unknown;
  readonly historical: boolean;
  readonly values: Readonly<Record<string, unknown>>;
  /** Where in the payload, for dead letters: empty, or `[3].`. */
  readonly path: string;
  /** Set by validate; stays `undefined` without a `ts`, until enrich. */
  observedAt: number | undefined;
  drafts: ReadingDraft[];
}

export interface RawEvent {
  readonly ts: unknown;
  readonly seq: unknown;
  readonly type: unknown;
  readonly data: unknown;
  readonly path: string;
}

/** An event under construction; `deduplicate` gives it its identity. */
export type EventDraft = { -readonly [Key in keyof DeviceEvent]: DeviceEvent[Key] };

/** What a device says of itself on its status topic. */
export type DeclaredStatus = "online" | "offline" | "sleeping";

export interface CommandResult {
  readonly commandId: string;
  readonly ok: boolean;
  readonly detail: string | null;
}

/** Something to send back to the device: an acknowledgement, the answer to a time request. */
export interface Answer {
  readonly topic: string;
  readonly payload: Uint8Array;
}

interface Letter {
  readonly reason: DeadLetterReason;
  readonly field: string;
  readonly value: string;
}

/** Refusals told one by one; the rest of a message is summed up in one more letter. */
const MAX_LETTERS = 64;
/** Bytes up to here go with each letter of a message; of a larger one, with the first letter only. */
const MAX_REPEATED_BYTES = 16_384;
const NO_BYTES = new Uint8Array();

const NONE: readonly never[] = [];

/** One journal record on its way through the steps. Each step adds to it; at the end it is its interpretation. */
export class Message {
  readonly record: JournalRecord;
  /** The device the message is of: the sender, or one behind it. */
  deviceId = "";
  device: Device | undefined = undefined;
  /** What the decoder found. */
  raw: readonly RawReading[] = NONE;
  rawEvents: readonly RawEvent[] = NONE;
  /** What is left of it when all steps are done. */
  readings: readonly Reading[] = NONE;
  events: readonly EventDraft[] = NONE;
  status: DeclaredStatus | undefined = undefined;
  result: CommandResult | undefined = undefined;
  answers: readonly Answer[] = NONE;
  /** Set when the whole message was refused: the steps after it have nothing to do. */
  refused = false;
  private letters: Letter[] | undefined = undefined;
  private unlisted = 0;
  private personal = false;

  constructor(record: JournalRecord) {
    this.record = record;
  }

  get unknownDevice(): boolean {
    return this.device === undefined && this.deviceId !== "";
  }

  /** Refuses one value or field; the others go on. */
  refuseField(reason: DeadLetterReason, field: string, value: unknown): void {
    if (reason === "personal-data") this.personal = true;
    this.letters ??= [];
    if (this.letters.length >= MAX_LETTERS) {
      this.unlisted++;
      return;
    }
    this.letters.push({ reason, field, value: reason === "personal-data" ? "" : shortText(value) });
  }

  /** Refuses the message as a whole. */
  refuse(reason: DeadLetterReason, field = "", value: unknown = ""): void {
    this.refused = true;
    this.refuseField(reason, field, value);
  }

  /**
   * The refusals as dead letters. The message's bytes go with them, so that it can be replayed; where one value was
   * personal data, no letter of the message keeps bytes.
   */
  get deadLetters(): readonly DeadLetter[] {
    const letters = this.letters;
    if (letters === undefined) return NONE;
    const { record } = this;
    const last = letters.at(-1);
    const more = this.unlisted > 0 && last ? [{ ...last, field: "…", value: `${this.unlisted} more` }] : NONE;
    const payload = this.personal ? NO_BYTES : Uint8Array.from(record.payload);
    const repeated = payload.length > MAX_REPEATED_BYTES ? NO_BYTES : payload;
    return [...letters, ...more].map(({ reason, field, value }, index) => ({
      id: `${record.position}:${index}`,
      receivedAt: record.receivedAt,
      principal: record.principal,
      topic: record.topic,
      reason,
      field,
      value,
      payload: index === 0 ? payload : repeated,
      replayedAt: null,
    }));
  }
}
