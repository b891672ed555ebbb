import type { Clock } from "@linli/runtime";

const WINDOW_MS = 1_000;

/** How fast a count grows, per second, over windows of a second or a little more. */
export class Rate {
  private readonly clock: Clock;
  private from: { readonly count: number; readonly at: number } | undefined;
  private latest = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  at(count: number): number {
    const at = this.clock.monotonic();
    this.from ??= { count, at };
    const elapsed = at - this.from.at;
    if (elapsed >= WINDOW_MS) {
      this.latest = Math.round(((count - this.from.count) * 1_000) / elapsed);
      this.from = { count, at };
    }
    return this.latest;
  }
}
