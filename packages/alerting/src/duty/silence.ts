import { hours, type Silence } from "@linli/model";
import { matches } from "./matches.ts";
import type { Subject, World } from "./world.ts";

/** A silence that touches life safety lasts no longer. */
const LONGEST_LIFE_SAFETY_SILENCE = hours(4);

/** The moment from which it hides nothing any more, epoch ms. */
export function endOf({ until, endedAt }: Silence): number {
  return Math.min(until, endedAt ?? until);
}

/** Whether it may touch life safety at all: it names one device, is short, and two people wanted it. */
export function coversLifeSafety({ match, from, until, by, secondBy }: Silence): boolean {
  const oneDevice = match.devices?.length === 1;
  return oneDevice && until - from <= LONGEST_LIFE_SAFETY_SILENCE && secondBy !== null && secondBy !== by;
}

/** The silence that hides an alert at a moment; of several the one that ends last. */
export function silenceOver(subject: Subject, at: number, world: World): Silence | undefined {
  let last: Silence | undefined;
  for (const silence of world.arrangements.silence) {
    if (at < silence.from || at >= endOf(silence)) continue;
    if (last !== undefined && endOf(silence) <= endOf(last)) continue;
    if (subject.alert.lifeSafety && !coversLifeSafety(silence)) continue;
    if (matches(silence.match, subject)) last = silence;
  }
  return last;
}
