import type { Clock } from "@linli/runtime";

/** A reading shall be on the page within a glance; an idle round costs nothing. */
const EVERY_MS = 20;
const PAUSE_AFTER_FAILURE_MS = 1_000;

export interface CoalescerOptions {
  /** At most so many devices a second; a device that changes more often is sent as it is then. */
  readonly perSecond: number;
  readonly clock: Clock;
  /** One call at a time: a slow receiver lengthens the interval. A failure drops what was to be sent. */
  readonly send: (deviceIds: readonly string[]) => Promise<void>;
}

/** Collects the ids of changed devices and sends them in turn, within a budget. Best effort, bounded by the fleet. */
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
    const { clock, perSecond, send } = this.options;
    if (this.busy || this.waiting.size === 0 || clock.monotonic() < this.notBefore) return;
    const most = Math.ceil((perSecond * EVERY_MS) / 1_000);
    const ids = [];
    for (const id of this.waiting) {
      if (ids.length === most) break;
      ids.push(id);
      this.waiting.delete(id);
    }
    this.busy = true;
    send(ids)
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
