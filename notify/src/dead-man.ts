import type { Logger } from "@linli/runtime";

const ANSWER_WITHIN_MS = 10_000;
/** A look that is older says nothing: the watchdog itself may hang, on a dead disk for instance. */
const LOOK_GOOD_FOR_MS = 10_000;

/** What the watchdog knows; `lookedAt` is monotonic ms, undefined before its first look has ended. */
export interface Knowledge {
  readonly openFaults: number;
  readonly lookedAt: number | undefined;
}

/** Whether we may say that all is well, at `now` in monotonic ms. */
export function isAllWell({ openFaults, lookedAt }: Knowledge, now: number): boolean {
  return openFaults === 0 && lookedAt !== undefined && now - lookedAt <= LOOK_GOOD_FOR_MS;
}

/**
 * Tells a watcher outside that we are alive and well. It is the *absence* of this call that raises the alarm there, so a
 * failed call is only logged.
 */
export async function pingOutwards(url: string, log: Logger): Promise<void> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), redirect: "error" });
    if (!answer.ok) log.warn({ status: answer.status }, "the dead man's switch did not take our sign of life");
  } catch (error) {
    log.warn({ err: error }, "the dead man's switch cannot be reached");
  }
}
