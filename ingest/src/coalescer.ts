import type { Clock } from "@linli/runtime";

/** A reading shall be on the page within a glance; an idle round costs nothing. */
const EVERY_MS = 20;
/** Most devices in one call: a few milliseconds of work on both sides. */
const MOST_AT_ONCE = 500;
const PAUSE_AFTER_FAILURE_MS = 1_000;

export interface CoalescerOptions {
  /**
   * Part of the time that may go into sending, 0 to 1: after a call that took t, the next one waits t · (1/share − 1). So a
   * machine with time to spare sends at once, and a flood, in which each call takes long, is not made worse.
   */
  readonly share: number;
  readonly clock: Clock;
  /** One call at a time: a slow receiver lengthens the interval. A failure drops what was to be sent. */
  readonly send: (deviceIds: readonly string[]) => Promise<void>;
}

/** Collects the ids of changed devices and sends them as they are then, in turn. Best effort, bounded by the fleet. */
export class Coalescer {
  private readonly options: CoalescerOptions;
  private readonly waiting = new Set<string>();
  private readonly cancel: () => void;
  private busy = false;
  private notBefore = 0;

  constructor(options: CoalescerOptions) {
    this.options = options;
    this.cancel = options.clock.every(EVERY_MS, () => this.flush());
  }

  add(deviceIds: Iterable<string>): void {
    for (const id of deviceIds) this.waiting.add(id);
  }

  stop(): void {
    this.cancel();
  }

  private flush(): void {
    const { clock, share, send } = this.options;
    if (this.busy || this.waiting.size === 0 || clock.monotonic() < this.notBefore) return;
    const ids = [];
    for (const id of this.waiting) {
      if (ids.length === MOST_AT_ONCE) break;
      ids.push(id);
      this.waiting.delete(id);
    }
    this.busy = true;
    const began = clock.monotonic();
    send(ids)
      .then(() => {
        const took = clock.monotonic() - began;
        this.notBefore = began + took / share;
      })
      .catch(() => {
        // nobody there: whoever comes is given everything
        this.waiting.clear();
        this.notBefore = clock.monotonic() + PAUSE_AFTER_FAILURE_MS;
      })
      .finally(() => {
        this.busy = false;
      });
  }
}
