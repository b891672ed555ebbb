import { hours } from "@linli/model";
import type { Clock } from "@linli/runtime";

/** How fast the difference to the wall clock is made good, as a share of the time that passes. */
const SLEW = 0.05;
/** A wall clock this far ahead (a board that began in 1970) is believed at once: waiting would refuse every reading. */
const BELIEVED_AHEAD_MS = hours(12);

/**
 * The broker's time, in epoch ms: the wall clock at start plus the monotonic clock, slewed towards the wall clock.
 * Never decreases; a wall clock that steps back an hour makes it neither stand still nor jump.
 * `notBefore`: the newest time that is already in the journal.
 */
export function createSlewedClock(clock: Pick<Clock, "now" | "monotonic">, notBefore = 0): () => number {
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
    time += behind > BELIEVED_AHEAD_MS ? behind : Math.min(most, Math.max(-most, behind));
    return Math.floor(time);
  };
}
