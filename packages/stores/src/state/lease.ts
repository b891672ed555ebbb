import type { LeaseStore } from "./leases.ts";

const TTL_MS = 5_000;
const RENEW_AFTER_MS = 1_000;

/** Wall clock and one that only grows; ms. */
interface Time {
  now(): number;
  monotonic(): number;
}

/**
 * The right to a role such as `watch`. The owner is the data folder's process of that name, whichever that is: its local
 * socket lets only one live, so a restart takes over at once, and the higher epoch shuts out what a killed one may still
 * have under way.
 */
export class Lease {
  readonly epoch: number;
  private readonly store: LeaseStore;
  private readonly time: Time;
  private readonly role: string;
  private readonly owner: string;
  private renewedAt: number;

  private constructor(store: LeaseStore, time: Time, role: { role: string; owner: string; epoch: number }) {
    this.store = store;
    this.time = time;
    this.role = role.role;
    this.owner = role.owner;
    this.epoch = role.epoch;
    this.renewedAt = time.monotonic();
  }

  static async acquire(
    store: LeaseStore,
    time: Time,
    { role, owner }: { role: string; owner: string },
  ): Promise<Lease> {
    const epoch = await store.acquire(role, owner, time.now(), TTL_MS);
    return new Lease(store, time, { role, owner, epoch });
  }

  /** Fails with `conflict` when somebody else has the role now. */
  async renewWhenDue(): Promise<void> {
    const now = this.time.monotonic();
    if (now - this.renewedAt < RENEW_AFTER_MS) return;
    await this.store.renew(this.role, this.owner, this.time.now(), TTL_MS);
    this.renewedAt = now;
  }

  release(): Promise<void> {
    return this.store.release(this.role, this.owner);
  }
}
