import { isLinliError } from "@linli/model";
import { type Clock, type Fault, sleep } from "@linli/runtime";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Holds the fault `code` of `subject` for as long as it does not work. */
  readonly faults: Map<string, Fault>;
  readonly code: string;
  readonly subject: string;
}

/**
 * Tries again for as long as the other side is `unavailable`, ever more slowly: the journal is the buffer, so nothing
 * piles up meanwhile. Resolves `undefined` when it was told to stop first; any other failure is passed on.
 */
export async function patiently<T>(attempt: () => Promise<T>, patience: Patience): Promise<T | undefined> {
  const { clock, signal, faults, code, subject } = patience;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      const result = await attempt();
      faults.delete(code);
      return result;
    } catch (error) {
      if (!isLinliError(error, "unavailable")) throw error;
      const since = faults.get(code)?.since ?? clock.now();
      faults.set(code, { code, subject, detail: error.message, since });
      await sleep(clock, pause, signal);
      if (signal.aborted) return undefined;
    }
  }
}
