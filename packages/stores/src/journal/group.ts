import type { JournalEntry } from "./port.ts";
import { encodeRecord, recordRoom } from "./record-format.ts";

const KEPT_BYTES = 4 * 1024 * 1024;
const FIRST_BYTES = 32 * 1024;

export type Done = (error: Error | null) => void;

/** The entries that become durable with one sync. Its buffer is used again for a later group. */
export class Group {
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  length = 0;
  records = 0;
  /** `receivedAt` of the last entry. */
  newest = 0;
  #callbacks: Done[] = [];

  /** Encodes the entry; throws LinliError `too-large` and leaves the group as it was. */
  add(entry: JournalEntry, salt: number, sequence: number, done: Done): void {
    const needed = this.length + recordRoom(entry);
    if (needed > this.#buffer.length) this.#grow(needed);
    this.length += encodeRecord(this.#buffer, this.length, entry, salt, sequence);
    this.records++;
    this.newest = entry.receivedAt;
    this.#callbacks.push(done);
  }

  /** Called with the group's fate, after the entries' own callbacks. */
  whenSettled(done: Done): void {
    this.#callbacks.push(done);
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }

  /** Empties the group and tells everybody in it. A callback that throws does not keep the others from hearing. */
  settle(error: Error | null): void {
    const callbacks = this.#callbacks;
    this.#callbacks = [];
    this.length = 0;
    this.records = 0;
    if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
    for (const done of callbacks) {
      try {
        done(error);
      } catch (bug) {
        queueMicrotask(() => {
          throw bug;
        });
      }
    }
  }

  #grow(needed: number): void {
    const bigger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(bigger, 0, 0, this.length);
    this.#buffer = bigger;
  }
}
