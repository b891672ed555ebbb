import { LinliError } from "@linli/model";
import type { Clock, Logger } from "@linli/runtime";
import type { EntryKind, JournalEntry, JournalWriter } from "@linli/stores";
import type { Valve } from "./valve.ts";

/** What an entry costs in memory beside its payload and topic. */
const ENTRY_BYTES = 256;
/** What one review may add to the time of standing still. */
const LONGEST_STEP_MS = 250;

export interface IntakeLimits {
  /** Most bytes taken and not yet on disk. */
  readonly maxPendingBytes: number;
  /** How long a message waits for a journal that cannot take it. */
  readonly holdMs: number;
}

export interface IntakeOptions {
  readonly journal: JournalWriter;
  readonly clock: Clock;
  readonly log: Logger;
  /** The slewed clock. */
  readonly receivedAt: () => number;
  readonly valve: Valve;
  readonly limits: IntakeLimits;
  /** The journal has taken nothing for `holdMs`: whoever waits for an acknowledgement is to be sent away. */
  refusing(): void;
}

type Message = Pick<JournalEntry, "topic" | "payload">;
type Done = (error: Error | null) => void;

class Entry implements JournalEntry {
  readonly kind: EntryKind;
  /** Given at the moment of writing. */
  receivedAt = 0;
  readonly principal: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Who waits for it. Without one it is ours (connect, tick …) and kept until it is written. */
  readonly done: Done | undefined;
  readonly bytes: number;
  settled = false;
  followers: (() => void)[] | undefined = undefined;

  constructor(kind: EntryKind, principal: string, { topic, payload }: Message, done: Done | undefined) {
    this.kind = kind;
    this.principal = principal;
    this.topic = topic;
    this.payload = payload;
    this.done = done;
    this.bytes = ENTRY_BYTES + topic.length + payload.length;
  }
}

const EMPTY = new Uint8Array(0);

/**
 * The way into the journal, bounded. Messages of a journal that cannot take them wait for at most `holdMs` and in at most
 * `maxPendingBytes` (then the valve closes and the rest waits with the senders); after that they fail with `unavailable`
 * and nothing is taken until the journal is writable again. Order is kept over such a wait, and `receivedAt` is given
 * at the moment of writing, so that it never decreases along the journal.
 */
export class JournalIntake {
  readonly #options: IntakeOptions;
  #pendingBytes = 0;
  #inFlight = 0;
  /** What the journal gave back, in order. */
  #held: Entry[] = [];
  /** For how long something has waited and nothing was written, as seen by the reviews. */
  #stuckMs = 0;
  #reviewedAt = 0;
  #refusing = false;
  #last: Entry | undefined;
  #lastFailure = "";

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** False once the hold is over, until the journal takes entries again. */
  get accepting(): boolean {
    return !this.#refusing;
  }

  /** True while what waits for the disk is as much as may wait. */
  get full(): boolean {
    return this.#pendingBytes > this.#options.limits.maxPendingBytes;
  }

  get lastFailure(): string {
    return this.#lastFailure;
  }

  /** `done` is called when the message is on disk, or with `unavailable` when it will not be. */
  message(kind: "publish" | "push", principal: string, message: Message, done: Done): void {
    if (this.#refusing) done(new LinliError("unavailable", `the journal takes nothing now: ${this.#lastFailure}`));
    else this.#take(new Entry(kind, principal, message, done));
  }

  /** Calls when all that was given before is settled: what needs no journal keeps its place in the order of answers. */
  after(call: () => void): void {
    if (!this.#last || this.#last.settled) call();
    else if (this.#last.followers) this.#last.followers.push(call);
    else this.#last.followers = [call];
  }

  /** An entry of the broker's own: connect, disconnect, start, stop. Never given up. */
  event(kind: EntryKind, principal: string, topic: string, content?: unknown): void {
    const payload = content === undefined ? EMPTY : Buffer.from(JSON.stringify(content));
    this.#take(new Entry(kind, principal, { topic, payload }, undefined));
  }

  /** One a second; while the journal is refusing it is also how we learn that it is back. */
  tick(): void {
    const entry = new Entry("tick", "", { topic: "", payload: EMPTY }, () => {});
    if (this.#refusing) {
      this.#pendingBytes += entry.bytes;
      this.#submit(entry);
    } else if (this.#held.length === 0) this.#take(entry); // a tick of the past says nothing: it does not queue
  }

  /** To be called several times a second: gives held entries again, ends the hold when it is over. */
  review(): void {
    const { clock, limits, journal, log } = this.#options;
    if (this.#held.length > 0 && !this.#refusing && journal.health().writable) this.#giveAgain();
    const now = clock.monotonic();
    // a process that itself stood still for long knows nothing of the journal in that time
    this.#stuckMs += Math.min(now - this.#reviewedAt, LONGEST_STEP_MS);
    this.#reviewedAt = now;
    if (this.#inFlight === 0 && this.#held.length === 0) this.#stuckMs = 0;
    if (this.#refusing || this.#stuckMs < limits.holdMs) return;
    this.#refusing = true;
    log.error(
      { reason: this.#lastFailure, pendingBytes: this.#pendingBytes },
      "journal blocked: publishers are refused",
    );
    this.#giveUp();
    this.#options.valve.set(false);
    this.#options.refusing();
  }

  #take(entry: Entry): void {
    this.#last = entry;
    this.#pendingBytes += entry.bytes;
    if (this.full && !this.#refusing) this.#options.valve.set(true);
    if (this.#held.length > 0) this.#held.push(entry);
    else this.#submit(entry);
  }

  #submit(entry: Entry): void {
    const { journal, receivedAt } = this.#options;
    this.#inFlight++;
    entry.receivedAt = receivedAt();
    journal.append(entry, (error) => {
      this.#inFlight--;
      if (error) this.#failed(entry, error);
      else this.#written(entry);
    });
  }

  #written(entry: Entry): void {
    this.#stuckMs = 0;
    if (this.#refusing) this.#recovered();
    this.#settle(entry, null);
  }

  #failed(entry: Entry, error: Error): void {
    this.#lastFailure = error.message;
    if (!entry.done || (!this.#refusing && entry.kind !== "tick")) this.#held.push(entry);
    else this.#settle(entry, error);
  }

  #settle(entry: Entry, error: Error | null): void {
    this.#pendingBytes -= entry.bytes;
    const { valve, limits } = this.#options;
    if (valve.closed && this.#pendingBytes <= limits.maxPendingBytes / 2) valve.set(false);
    entry.settled = true;
    entry.done?.(error);
    if (entry.followers) for (const call of entry.followers) call();
  }

  #giveAgain(): void {
    const held = this.#held;
    this.#held = [];
    for (const entry of held) this.#submit(entry);
  }

  /** Messages fail; the broker's own entries stay. */
  #giveUp(): void {
    const held = this.#held;
    this.#held = held.filter(({ done }) => !done);
    const error = new LinliError(
      "unavailable",
      `not on disk in time: ${this.#lastFailure || "the journal is too slow"}`,
    );
    for (const entry of held) if (entry.done) this.#settle(entry, error);
  }

  #recovered(): void {
    this.#refusing = false;
    this.#lastFailure = "";
    this.#options.log.info("journal takes entries again");
    this.#giveAgain();
  }
}
