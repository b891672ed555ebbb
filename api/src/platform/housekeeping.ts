import { hours, minutes, seconds } from "@linli/model";
import type { Clock, Logger } from "@linli/runtime";
import type { StateStore } from "@linli/stores";

/** How long a live stream may be away and still resume. */
const CHANGES_KEPT = hours(1);
const TRIM_EVERY = minutes(1);
const EXPIRE_EVERY = seconds(5);

/** Forgets old changes and marks commands that nobody answered in time. The result ends it. */
export function startHousekeeping({ changes, commands }: StateStore, clock: Clock, log: Logger): () => void {
  const every = (ms: number, what: string, work: () => Promise<unknown>) =>
    clock.every(ms, () => {
      work().catch((error: unknown) => log.warn({ err: error }, `${what} failed; it is tried again`));
    });
  const ends = [
    every(TRIM_EVERY, "forgetting old changes", () => changes.trim(clock.now() - CHANGES_KEPT)),
    every(EXPIRE_EVERY, "expiring commands", () => commands.expire(clock.now())),
  ];
  return () => {
    for (const end of ends) end();
  };
}
