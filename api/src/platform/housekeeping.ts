import { hours, minutes, seconds } from "@linli/model";
import type { Deps } from "@linli/runtime";
import type { StateStore } from "@linli/stores";

/** How long a live stream may be away and still resume. */
const CHANGES_KEPT = hours(1);
const TRIM_EVERY = minutes(1);
const FORGET_EVERY = minutes(10);
const EXPIRE_EVERY = seconds(5);

/** How long what is over is kept; ms. */
interface Kept {
  /** Events, and transitions of connections. */
  readonly historyMs: number;
  /** Alerts, with all that was done and told about them. */
  readonly alertsMs: number;
}

/**
 * Forgets old changes, events, transitions and past alerts, and marks commands that nobody answered in time. The audit
 * log is kept. The result ends it.
 */
export function startHousekeeping(
  {
    alerts,
    archive,
    changes,
    commands,
    watch,
  }: Pick<StateStore, "alerts" | "archive" | "changes" | "commands" | "watch">,
  { clock, log }: Deps,
  { historyMs, alertsMs }: Kept,
): () => void {
  const every = (ms: number, what: string, work: () => Promise<unknown>) =>
    clock.every(ms, () => {
      work().catch((error: unknown) => log.warn({ err: error }, `${what} failed; it is tried again`));
    });
  const ends = [
    every(TRIM_EVERY, "forgetting old changes", () => changes.trim(clock.now() - CHANGES_KEPT)),
    every(FORGET_EVERY, "forgetting old events", () => archive.trimEvents(clock.now() - historyMs)),
    every(FORGET_EVERY, "forgetting old transitions", () => watch.trimTransitions(clock.now() - historyMs)),
    every(FORGET_EVERY, "forgetting old alerts", () => alerts.trim(clock.now() - alertsMs)),
    every(EXPIRE_EVERY, "expiring commands", () => commands.expire(clock.now())),
  ];
  return () => {
    for (const end of ends) end();
  };
}
