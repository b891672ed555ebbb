/** Longer without any record (the broker ticks every second) means that nobody could have been heard. */
const BLIND_AFTER_MS = 5_000;
/** Gaps remembered; they are outages of ours, a handful a year. */
const MAX_GAPS = 256;

/** The journal's time stood still from `from` to `to`. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/**
 * When we could not hear anybody. No deadline passes in that time: it moves by the gap's length, and a new broker epoch
 * gives everybody one full time-out.
 */
export class Blindness {
  private gaps: Gap[];
  private epochAt: number;

  constructor(saved?: { readonly gaps: readonly Gap[]; readonly epochAt: number }) {
    this.gaps = [...(saved?.gaps ?? [])];
    this.epochAt = saved?.epochAt ?? 0;
  }

  /** Notes that time went from `from` to `to` between two records; true when that was a gap. */
  pass(from: number, to: number): boolean {
    if (from === 0 || to - from <= BLIND_AFTER_MS) return false;
    this.gaps.push({ from, to });
    if (this.gaps.length > MAX_GAPS) this.gaps.shift();
    return true;
  }

  startEpoch(at: number): void {
    this.epochAt = at;
  }

  /** When `timeoutMs` after `since` are over, counting only time in which we listened. */
  deadline(since: number, timeoutMs: number): number {
    const from = Math.max(since, this.epochAt);
    let due = from + timeoutMs;
    for (const gap of this.gaps) if (gap.from >= from && gap.from < due) due += gap.to - gap.from;
    return due;
  }

  /** How much of the time from `from` to `to` we heard nobody. */
  between(from: number, to: number): number {
    let blindMs = 0;
    for (const gap of this.gaps) blindMs += Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from));
    return blindMs;
  }

  save(): { gaps: readonly Gap[]; epochAt: number } {
    return { gaps: this.gaps, epochAt: this.epochAt };
  }
}
