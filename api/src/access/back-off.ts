import type { Clock } from "@linli/runtime";

interface Entry {
  failures: number;
  blockedUntil: number;
  lastAt: number;
}

export interface BackOffOptions {
  /** Failures that cost nothing. */
  readonly free: number;
  readonly firstMs: number;
  readonly mostMs: number;
  /** Keys remembered; beyond it the one that failed longest ago is forgotten. */
  readonly maxKeys: number;
}

/** Makes guessing slow: after some failures each further one doubles the wait. By monotonic time. */
export class BackOff {
  readonly #entries = new Map<string, Entry>();
  readonly #options: BackOffOptions;
  readonly #clock: Clock;

  constructor(clock: Clock, options: BackOffOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** How long this key has to wait, in ms; 0 = go ahead. */
  waitMs(key: string): number {
    const entry = this.#entries.get(key);
    return entry ? Math.max(0, entry.blockedUntil - this.#clock.monotonic()) : 0;
  }

  fail(key: string): void {
    const { free, firstMs, mostMs, maxKeys } = this.#options;
    const now = this.#clock.monotonic();
    const entry = this.#entries.get(key) ?? { failures: 0, blockedUntil: 0, lastAt: now };
    if (now - entry.lastAt > 2 * mostMs) entry.failures = 0;
    entry.failures += 1;
    entry.lastAt = now;
    if (entry.failures >= free) {
      entry.blockedUntil = now + Math.min(mostMs, firstMs * 2 ** Math.min(entry.failures - free, 30));
    }
    // re-inserted, so that the map's order is that of the last failure
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > maxKeys) this.#entries.delete(this.#entries.keys().next().value ?? key);
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }
}
