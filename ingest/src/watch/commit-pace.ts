/** How rarely a checkpoint may be written when nothing but ticks went by. */
const IDLE_MS = 10_000;
const USUAL_MS = 1_000;
const AT_MOST_MS = 10_000;
/** Of the time between commits, the share that they may take: with transitions waiting, and without. */
const URGENT_SHARE = 0.2;
const USUAL_SHARE = 0.05;
/** What commits for transitions may take beyond their share before one has to wait. */
const CREDIT_MS = 500;
/** Checkpoint text a second that an otherwise quiet fleet may cost. */
const BYTES_PER_MS = 100;

/**
 * When to commit. A transition goes out at once, states every second; under load a commit covers thousands of devices,
 * and the pauses grow with what it costs, so that committing never takes the time that reading needs: a few transitions
 * draw on a credit, and many in a row share their commits.
 */
export class CommitPace {
  private endedAt: number;
  private tookMs = 0;
  private bytes = 0;
  /** What commits took and time has not yet paid for. */
  private debtMs = 0;

  constructor(now: number) {
    this.endedAt = now;
  }

  isDue(now: number, waiting: { readonly transitions: boolean; readonly states: boolean }): boolean {
    const waited = now - this.endedAt;
    if (waiting.transitions) return this.debtAfter(waited) <= CREDIT_MS || waited >= AT_MOST_MS;
    if (!waiting.states) return waited >= IDLE_MS;
    const usual = Math.max(USUAL_MS, this.tookMs / USUAL_SHARE, this.bytes / BYTES_PER_MS);
    return waited >= Math.min(usual, AT_MOST_MS);
  }

  committed(startedAt: number, endedAt: number, bytes: number): void {
    this.tookMs = endedAt - startedAt;
    this.debtMs = this.debtAfter(startedAt - this.endedAt) + this.tookMs;
    this.endedAt = endedAt;
    this.bytes = bytes;
  }

  private debtAfter(elapsedMs: number): number {
    return Math.max(0, this.debtMs - elapsedMs * URGENT_SHARE);
  }
}
