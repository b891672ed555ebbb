import { hours } from "@linli/model";
import type { Clock } from "./clock.ts";

/** How fast the difference to the wall clock is made good, as a share of the time that passes. */
const SLEW = 0.05;
/** A wall clock this far ahead (a board that began in 1970) is believed at once: waiting would refuse every reading. */
const BELIEVED_AHEAD_MS = hours(12);

interface SlewOptions {
  /** The newest time that was already written down: no time is earlier. */
  readonly notBefore?: number;
  /** A wall clock so far ahead is believed at once; 12 h unless told. */
  readonly believedAheadMs?: number;
}

/**
 * Time in epoch ms: the wall clock at start plus the monotonic clock, slewed towards the wall clock. Never decreases; a
 * wall clock that steps back an hour makes it neither stand still nor jump.
 */
export function createSlewedClock(clock: Pick<Clock, "now" | "monotonic">, options: SlewOptions = {}): () => number {
  const { notBefore = 0, believedAheadMs = BELIEVED_AHEAD_MS } = options;
  let time = Math.max(clock.now(), notBefore);
  let last = clock.monotonic();
  return () => {
    const monotonic = clock.monotonic();
    const elapsed = monotonic - last;
    if (elapsed < 1) return Math.floor(time);
    last = monotonic;
    time += elapsed;
    const behind = clock.now() - time;
    const most = elapsed * SLEW;
    time += behind > believedAheadMs ? behind : Math.min(most, Math.max(-most, behind));
    return Math.floor(time);
  };
}
