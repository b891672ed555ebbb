import { isLinliError, type LinliError } from "@linli/model";
import type { Fault } from "./app.ts";
import { type Clock, sleep } from "./clock.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** Nobody who asks for more than that can mean it. */
const LONGEST_ASKED_MS = 3_600_000;

export interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Holds the fault `code` of `subject` for as long as it does not work. */
  readonly faults: Map<string, Fault>;
  readonly code: string;
  readonly subject: string;
  readonly longestPauseMs?: number;
  /** From 0 to 1: pauses are shortened by up to half of that, so that many clients do not come back at once. */
  readonly random?: () => number;
  /** Called before each further attempt. */
  readonly retrying?: () => void;
}

/** How long to wait: as asked, if the other side asked, and a little more; else the pause that is due. */
function pauseFor({ retryAfterMs }: LinliError, due: number, random: () => number): number {
  if (retryAfterMs === undefined) return due * (1 - random() / 2);
  return Math.min(retryAfterMs, LONGEST_ASKED_MS) + FIRST_PAUSE_MS * random();
}

function detailOf({ message, retryAfterMs }: LinliError): string {
  return retryAfterMs === undefined ? message : `${message} (asked to wait ${Math.ceil(retryAfterMs / 1_000)} s)`;
}

/**
 * Tries again for as long as the other side is `unavailable`, ever more slowly and never sooner than it asks: the journal
 * is the buffer, so nothing piles up meanwhile. Resolves `undefined` when it was told to stop first; any other failure is
 * passed on. The fault tells since when it has not worked and what the last attempt met.
 */
export async function patiently<T>(attempt: () => Promise<T>, patience: Patience): Promise<T | undefined> {
  const { clock, signal, faults, code, subject, retrying } = patience;
  const { longestPauseMs = LONGEST_PAUSE_MS, random = () => 0 } = patience;
  for (let due = FIRST_PAUSE_MS; ; due = Math.min(due * 2, longestPauseMs)) {
    try {
      const result = await attempt();
      faults.delete(code);
      return result;
    } catch (error) {
      if (!isLinliError(error, "unavailable")) throw error;
      const since = faults.get(code)?.since ?? clock.now();
      faults.set(code, { code, subject, detail: detailOf(error), since });
      await sleep(clock, pauseFor(error, due, random), signal);
      if (signal.aborted) return undefined;
      retrying?.();
    }
  }
}
