import type { Clock } from "@linli/runtime";
import type { LeaseStore } from "@linli/stores";

const ROLE = "watch";
const TTL_MS = 5_000;
const RENEW_AFTER_MS = 1_000;

/**
 * The right to be watch. The owner is the data folder's ingest, whichever process that is: its local socket lets only one
 * live, so a restart takes over at once, and the higher epoch shuts out what a killed one may still have under way.
 */
export class WatchLease {
  readonly epoch: number;
  private readonly store: LeaseStore;
  private readonly clock: Clock;
  private renewedAt: number;

  private constructor(store: LeaseStore, clock: Clock, epoch: number) {
    this.store = store;
    this.clock = clock;
    this.epoch = epoch;
    this.renewedAt = clock.monotonic();
  }

  static async acquire(store: LeaseStore, clock: Clock): Promise<WatchLease> {
    return new WatchLease(store, clock, await store.acquire(ROLE, "ingest", clock.now(), TTL_MS));
  }

  /** Fails with `conflict` when somebody else is watch now. */
  async renewWhenDue(): Promise<void> {
    const now = this.clock.monotonic();
    if (now - this.renewedAt < RENEW_AFTER_MS) return;
    await this.store.renew(ROLE, "ingest", this.clock.now(), TTL_MS);
    this.renewedAt = now;
  }

  release(): Promise<void> {
    return this.store.release(ROLE, "ingest");
  }
}
