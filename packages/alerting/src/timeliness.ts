import { MAX_AHEAD_MS } from "./conditions/samples.ts";
import type { HeardEvent } from "./step.ts";
import type { StepInput } from "./step-input.ts";

/** Readings older than this at their arrival speak of the past, whatever the kind. */
const LATE_MS = 300_000;
/** What somebody has to see to, whenever it is learned, is news for so long. */
const NEWS_MS = 86_400_000;
/** Events remembered, so that a repeat is known as one; the oldest go first. */
const MOST_HEARD = 100;

/** A repeat of an event says nothing anew, and a reading stamped with a day to come says nothing at all. */
export function isNews({ signal, state }: StepInput): boolean {
  if (signal.type === "readings") {
    return signal.readings.some(({ reading }) => reading.observedAt <= reading.receivedAt + MAX_AHEAD_MS);
  }
  return signal.type !== "event" || !state?.heard?.some(([id]) => id === signal.event.id);
}

/** Its own events of the last day, this one among them. */
export function heardWith({ signal, rule, at }: StepInput, before: readonly HeardEvent[] | undefined) {
  const isMet = signal.type === "event" && rule.reads.events.includes(signal.event.type);
  if (!isMet && (before === undefined || (before[0]?.[1] ?? 0) > at - NEWS_MS)) return before;
  const kept = (before ?? []).filter(([, heardAt]) => heardAt > at - NEWS_MS);
  const after: readonly HeardEvent[] = isMet ? [...kept, [signal.event.id, at] as const].slice(-MOST_HEARD) : kept;
  return after.length === 0 ? undefined : after;
}

/** What was observed longer before its arrival than so many ms speaks of the past. */
export function lateAfterOf({ rule, view }: StepInput): number {
  return rule.rule.latched ? NEWS_MS : Math.max(LATE_MS, view.kind?.lateAfter ?? 0);
}

export function isLate({ signal, at }: StepInput, lateAfter: number): boolean {
  if (signal.type === "event") return at - signal.event.observedAt > lateAfter;
  if (signal.type !== "readings") return false;
  return signal.readings.every(
    ({ reading, newest }) => reading.historical || !newest || at - reading.observedAt > lateAfter,
  );
}
