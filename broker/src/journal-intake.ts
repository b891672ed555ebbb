import { LinliError } from "@linli/model";
import type { Clock, Logger } from "@linli/runtime";
import type { EntryKind, JournalEntry, JournalWriter } from "@linli/stores";
import type { Valve } from "./valve.ts";

/** What an entry costs in memory beside its payload and topic. */
const ENTRY_BYTES = 256;

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

interface Entry extends JournalEntry {
  receivedAt: number;
  readonly bytes: number;
  /** Ours (connect, tick …): kept until it is written. Others are given up when the hold is over. */
  readonly keep: boolean;
  readonly done: ((error: Error | null) => void) | undefined;
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
  /** When the journal last took something, or began to have something to take. */
  #movedAt = 0;
  #refusing = false;
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

  get lastFailure(): string {
    return this.#lastFailure;
  }

  /** `done` is called when the message is on disk, or with `unavailable` when it will not be. */
  message(
    kind: "publish" | "push",
    principal: string,
    message: Pick<JournalEntry, "topic" | "payload">,
    done: (error: Error | null) => void,
  ): void {
    if (this.#refusing)
      return done(new LinliError("unavailable", `the journal takes nothing now: ${this.#lastFailure}`));
    const { topic, payload } = message;
    const bytes = ENTRY_BYTES + topic.length + payload.length;
    this.#take({ kind, receivedAt: 0, principal, topic, payload, bytes, keep: false, done });
  }

  /** An entry of the broker's own: connect, disconnect, start, stop, tick. Never given up. */
  event(kind: EntryKind, principal: string, topic: string, payload?: unknown): void {
    const bytes = payload === undefined ? EMPTY : Buffer.from(JSON.stringify(payload));
    this.#take({
      kind,
      receivedAt: 0,
      principal,
      topic,
      payload: bytes,
      bytes: ENTRY_BYTES,
      keep: true,
      done: undefined,
    });
  }

  /** One a second; while the journal is refusing it is also how we learn that it is back. */
  tick(): void {
    // a tick of the past says nothing: it is not held over
    if (this.#held.length === 0 || this.#refusing) {
      this.#submit({
        kind: "tick",
        receivedAt: 0,
        principal: "",
        topic: "",
        payload: EMPTY,
        bytes: 0,
        keep: false,
        done: undefined,
      });
    }
  }

  /** To be called several times a second: gives held entries again, ends the hold when it is over. */
  review(): void {
    const { clock, limits, journal, log } = this.#options;
    if (this.#held.length > 0 && !this.#refusing && journal.health().writable) this.#giveAgain();
    const waiting = this.#inFlight > 0 || this.#held.length > 0;
    if (this.#refusing || !waiting || clock.monotonic() - this.#movedAt < limits.holdMs) return;
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
    if (this.#inFlight === 0 && this.#held.length === 0) this.#movedAt = this.#options.clock.monotonic();
    this.#pendingBytes += entry.bytes;
    if (this.#pendingBytes > this.#options.limits.maxPendingBytes && !this.#refusing) this.#options.valve.set(true);
    if (this.#held.length > 0) this.#held.push(entry);
    else this.#submit(entry);
  }

  #submit(entry: Entry): void {
    this.#inFlight++;
    entry.receivedAt = this.#options.receivedAt();
    this.#options.journal.append(entry, (error) => {
      this.#inFlight--;
      if (error) this.#failed(entry, error);
      else this.#written(entry);
    });
  }

  #written(entry: Entry): void {
    this.#movedAt = this.#options.clock.monotonic();
    if (this.#refusing) this.#recovered();
    this.#settle(entry, null);
  }

  #failed(entry: Entry, error: Error): void {
    this.#lastFailure = error.message;
    if (entry.keep || (!this.#refusing && entry.done)) this.#held.push(entry);
    else this.#settle(entry, error);
  }

  #settle(entry: Entry, error: Error | null): void {
    this.#pendingBytes -= entry.bytes;
    const { valve, limits } = this.#options;
    if (valve.closed && this.#pendingBytes <= limits.maxPendingBytes / 2) valve.set(false);
    entry.done?.(error);
  }

  #giveAgain(): void {
    const held = this.#held;
    this.#held = [];
    for (const entry of held) this.#submit(entry);
  }

  /** Messages fail; the broker's own entries stay. */
  #giveUp(): void {
    const held = this.#held;
    this.#held = held.filter((entry) => entry.keep);
    const error = new LinliError(
      "unavailable",
      `not on disk in time: ${this.#lastFailure || "the journal is too slow"}`,
    );
    for (const entry of held) if (!entry.keep) this.#settle(entry, error);
  }

  #recovered(): void {
    this.#refusing = false;
    this.#lastFailure = "";
    this.#options.log.info("journal takes entries again");
    this.#giveAgain();
  }
}
