import { seconds } from "@linli/model";

const FREE_FAILURES = 5;
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = seconds(3);
const FORGET_AFTER_MS = seconds(60);
const MAX_ADDRESSES = 10_000;

interface Failures {
  count: number;
  last: number;
}

/**
 * Slows down who keeps failing: the answer to a refused login is held back, longer with each failure of that address, up
 * to 3 s. A good login is never delayed, for many devices share one address behind a router. Times are monotonic ms.
 */
export class LoginBackoff {
  readonly #failures = new Map<string, Failures>();

  /** Notes a failure; returns how long to hold back the answer, in ms. */
  failed(address: string, now: number): number {
    const known = this.#failures.get(address);
    const count = known && now - known.last < FORGET_AFTER_MS ? known.count + 1 : 1;
    this.#failures.delete(address);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size >= MAX_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest);
    this.#failures.set(address, { count, last: now });
    if (count <= FREE_FAILURES) return 0;
    return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(count - FREE_FAILURES - 1, 10));
  }
}
