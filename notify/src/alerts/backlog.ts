import type { Clock } from "@linli/runtime";
import type { NotifyStore } from "@linli/stores";

const COUNT_EVERY_MS = 1_000;

/** What is on its way, counted once a second at most. */
export class Backlog {
  queued = 0;
  private oldest: number | undefined;
  private countedAt = Number.NEGATIVE_INFINITY;

  /** Age of the oldest in ms; 0 when nothing is on its way. */
  ageAt(now: number): number {
    return this.oldest === undefined ? 0 : Math.max(0, now - this.oldest);
  }

  async count(notify: NotifyStore, clock: Clock): Promise<void> {
    const now = clock.monotonic();
    if (now - this.countedAt < COUNT_EVERY_MS) return;
    this.countedAt = now;
    const waiting = await notify.waiting();
    this.queued = waiting.reduce((sum, { messages }) => sum + messages, 0);
    this.oldest = waiting.length === 0 ? undefined : Math.min(...waiting.map(({ oldest }) => oldest));
  }
}
