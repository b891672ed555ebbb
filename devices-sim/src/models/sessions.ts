import type { Arrivals } from "../world/arrivals.ts";
import type { Noise } from "../world/noise.ts";

/** One stay of one person at a machine. */
export interface Session {
  /** Serial number of the stay, at this machine. */
  readonly number: number;
  readonly slot: number;
  readonly start: number;
  readonly end: number;
}

/** Stays of people, one after another: each fits into its slot. */
export interface Sessions {
  /** The stay that belongs to the slot of this moment, before, during or after it. */
  near(at: number): Session | undefined;
  during(at: number): Session | undefined;
  /** Stays that ended until then; never falls. */
  finished(at: number): number;
  /** Stays that start or end in (from, to]. */
  touching(from: number, to: number): Session[];
  /** The next start or end, or the next slot if that comes first. */
  nextChange(at: number): number;
}

export interface SessionOptions {
  readonly arrivals: Arrivals;
  readonly noise: Noise;
  /** Shortest and longest stay, ms; the longest must be shorter than a slot. */
  readonly length: readonly [number, number];
}

/** Slots of the past that are looked through for what was missed. */
const MAX_SLOTS = 200;

export function createSessions({ arrivals, noise, length: [shortest, longest] }: SessionOptions): Sessions {
  const { slotMs } = arrivals;

  function inSlot(slot: number): Session | undefined {
    if (!arrivals.comes(slot)) return undefined;
    const took = shortest + (longest - shortest) * noise.unit(slot, 31);
    const start = Math.round(slot * slotMs + (slotMs - took - 1_000) * noise.unit(slot, 32));
    return { number: arrivals.before(slot), slot, start, end: Math.round(start + took) };
  }

  const near = (at: number) => inSlot(arrivals.slotOf(at));

  return {
    near,
    during(at) {
      const session = near(at);
      return session && session.start <= at && at < session.end ? session : undefined;
    },
    finished(at) {
      const slot = arrivals.slotOf(at);
      const session = inSlot(slot);
      return arrivals.before(slot) + (session && session.end <= at ? 1 : 0);
    },
    touching(from, to) {
      const last = arrivals.slotOf(to);
      const first = Math.max(arrivals.slotOf(from), last - MAX_SLOTS);
      const found: Session[] = [];
      for (let slot = first; slot <= last; slot++) {
        const session = inSlot(slot);
        if (session && session.start <= to && session.end > from) found.push(session);
      }
      return found;
    },
    nextChange(at) {
      const session = near(at);
      if (session && session.start > at) return session.start;
      if (session && session.end > at) return session.end;
      return (arrivals.slotOf(at) + 1) * slotMs;
    },
  };
}
