/** The window over which a rate is meant: what was saved up in it may be sent at once. */
const WINDOW_S = 10;

interface Bucket {
  tokens: number;
  /** Monotonic ms. */
  at: number;
}

/** Messages a second per credential, over a ten-second window, for all its connections together. */
export class MessageRates {
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Takes `count` messages of `key` at `now`; returns for how many ms it must then be silent, 0 while within its rate. */
  take(key: string, count: number, now: number): number {
    const full = this.#perSecond * WINDOW_S;
    let bucket = this.#buckets.get(key);
    if (!bucket) this.#buckets.set(key, (bucket = { tokens: full, at: now }));
    bucket.tokens = Math.min(full, bucket.tokens + ((now - bucket.at) / 1000) * this.#perSecond) - count;
    bucket.at = now;
    return bucket.tokens >= 0 ? 0 : Math.ceil((-bucket.tokens / this.#perSecond) * 1000);
  }

  /** Forgets whose window has passed: their bucket is full again, as everybody's is at first. */
  prune(now: number): void {
    for (const [key, { at }] of this.#buckets) if (now - at > WINDOW_S * 2_000) this.#buckets.delete(key);
  }
}
