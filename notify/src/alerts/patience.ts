import { days, hours, type Message, minutes, seconds } from "@linli/model";
import { isUrgent } from "@linli/notifiers";

/** Nobody who asks for more can mean it. */
const LONGEST_ASKED = hours(1);
const PAUSES = [5, 15, 30, 60, 120, 300].map(seconds);
const URGENT_PAUSES = [2, 5, 10, 20, 30, 60].map(seconds);
/** After each answer that was lost: sent again, and then it counts as told. */
const DOUBTS = [10, 30].map(seconds);

/** How long to wait after so many attempts in vain, and never less than the other side asks. Always the same. */
export function pauseAfter(attempts: number, message: Message, retryAfterMs = 0): number {
  const pauses = isUrgent(message) ? URGENT_PAUSES : PAUSES;
  const pause = pauses[Math.min(Math.max(attempts, 1), pauses.length) - 1] ?? 0;
  return Math.max(pause, Math.min(retryAfterMs, LONGEST_ASKED));
}

/** How long to wait after the answer was lost so many times; undefined = it has been sent often enough. */
export function doubtAfter(times: number): number | undefined {
  return DOUBTS[times - 1];
}

/** What another one like it follows soon. */
const PASSING: ReadonlySet<Message["occasion"]> = new Set(["reminder", "progress", "handover", "digest"]);

/**
 * How long a message is worth sending. The next step of an escalation never waits for it; what is over is told as long as
 * what was wrong could be.
 */
export function givenUpAfter(message: Message): number {
  const { occasion } = message;
  if (occasion === "test" || occasion === "drill") return minutes(10);
  if (PASSING.has(occasion)) return isUrgent(message) ? hours(6) : hours(2);
  return isUrgent(message) ? days(2) : days(1);
}
