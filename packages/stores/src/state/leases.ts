/** One owner per role. Each acquisition raises the epoch; an old owner's commits are refused by it. */
export interface LeaseStore {
  /** `conflict` (naming the owner) while another one's lease has not run out. Returns the epoch. */
  acquire(role: string, owner: string, now: number, ttlMs: number): Promise<number>;
  /** `conflict` when it was lost. */
  renew(role: string, owner: string, now: number, ttlMs: number): Promise<void>;
  release(role: string, owner: string): Promise<void>;
}
