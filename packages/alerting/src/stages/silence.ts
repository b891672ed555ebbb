import type { Silence } from "@linli/model";
import { silenceOver } from "../duty/silence.ts";
import type { Subject, World } from "../duty/world.ts";

/** Whoever made a silence is reminded so long before it ends. */
export const REMIND_AUTHOR_BEFORE = 900_000;

/** The silence that keeps an alert from people now; "until it clears" lets the clear through, but for a latched one. */
export function silencing(subject: Subject, isOver: boolean, now: number, world: World): Silence | undefined {
  const silence = silenceOver(subject, now, world);
  if (silence === undefined) return undefined;
  return isOver && silence.untilCleared && !subject.alert.latched ? undefined : silence;
}
