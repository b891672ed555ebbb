import { hours, minutes } from "@linli/model";

/** Longest silence by which a device is late, and by which it is offline; ms. */
export interface TimeOuts {
  readonly lateAfter: number;
  readonly offlineAfter: number;
  /** `kind`: not enough is known yet; `learned`: its own rhythm; `override`: a person said so. */
  readonly from: "kind" | "learned" | "override";
}

/** What is kept of a device's rhythm; plain JSON. */
export interface CadenceState {
  /** Last sign of life. */
  readonly last: number;
  /** The stretch that is being looked at: when it began, gaps in it, and the longest of them. */
  readonly since: number;
  readonly gaps: number;
  readonly longest: number;
  /** The longest gaps of the stretches before, oldest first. */
  readonly stretches: readonly number[];
}

/** A stretch lasts so long at least, and holds so many gaps: bursts between two regular messages do not count. */
const STRETCH_MS = hours(1);
const STRETCH_GAPS = 4;
/** So many stretches make a rhythm; more than so many are forgotten, so that a new rhythm is learned. */
const ENOUGH = 8;
const MOST = 32;
/** Of ten stretches the one with an outage in it does not count. */
const QUANTILE = 0.85;
const LATE_FACTOR = 1.5;
/** Three missed messages. */
const OFFLINE_FACTOR = 3;
const SHORTEST_OFFLINE = minutes(5);
const LONGEST_OFFLINE = hours(72);

/** Learns from a device's own gaps how long its silence may last before it means something. */
export class Cadence {
  private state: CadenceState | undefined;

  constructor(saved?: CadenceState) {
    this.state = saved;
  }

  /** A sign of life. `blindMs` of the time since the last one we saw nothing ourselves: that was no silence. */
  heard(at: number, blindMs = 0): void {
    const before = this.state;
    if (before === undefined) {
      this.state = { last: at, since: at, gaps: 0, longest: 0, stretches: [] };
      return;
    }
    const gap = at - before.last - blindMs;
    if (gap <= 0) {
      this.state = { ...before, last: Math.max(at, before.last) };
      return;
    }
    const gaps = before.gaps + 1;
    const longest = Math.max(before.longest, gap);
    const isOver = gaps >= STRETCH_GAPS && at - before.since >= STRETCH_MS;
    this.state = isOver
      ? { last: at, since: at, gaps: 0, longest: 0, stretches: [...before.stretches, longest].slice(-MOST) }
      : { ...before, last: at, gaps, longest };
  }

  /** Other hardware, another rhythm. */
  forget(): void {
    this.state = undefined;
  }

  save(): CadenceState | undefined {
    return this.state;
  }

  /** The time-outs in force: an override always wins; the kind's until enough is known. */
  timeOuts(kind: { readonly lateAfter: number; readonly offlineAfter: number }, override: number | null): TimeOuts {
    const learned = this.learned();
    const lateAfter = learned === undefined ? kind.lateAfter : Math.max(LATE_FACTOR * learned, SHORTEST_OFFLINE / 2);
    if (override !== null)
      return { lateAfter: Math.min(lateAfter, override), offlineAfter: override, from: "override" };
    if (learned === undefined) return { lateAfter, offlineAfter: kind.offlineAfter, from: "kind" };
    const offlineAfter = Math.min(Math.max(OFFLINE_FACTOR * learned, SHORTEST_OFFLINE), LONGEST_OFFLINE);
    return { lateAfter: Math.min(lateAfter, offlineAfter), offlineAfter, from: "learned" };
  }

  private learned(): number | undefined {
    const { stretches = [] } = this.state ?? {};
    if (stretches.length < ENOUGH) return undefined;
    const sorted = stretches.toSorted((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) * QUANTILE)];
  }
}
