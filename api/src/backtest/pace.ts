import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "@linli/runtime";

/** Longer than this nobody else waits. */
const TURN_MS = 10;

/** Lets others have their turn during long work, and says when it has to end. */
export class Pace {
  readonly #clock: Clock;
  readonly #end: number;
  readonly #ended: () => boolean;
  #since: number;

  constructor(clock: Clock, longestMs: number, ended: () => boolean) {
    this.#clock = clock;
    this.#since = clock.monotonic();
    this.#end = this.#since + longestMs;
    this.#ended = ended;
  }

  /** Time is up, or nobody waits for it any more. */
  get isOver(): boolean {
    return this.#ended() || this.#clock.monotonic() >= this.#end;
  }

  async breathe(): Promise<void> {
    if (this.#clock.monotonic() - this.#since < TURN_MS) return;
    await turn();
    this.#since = this.#clock.monotonic();
  }
}
