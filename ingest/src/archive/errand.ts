import { type Patience, patiently, sleep } from "@linli/runtime";

/** Between two rounds of which the first said that more is to do. */
const BREATHER_MS = 100;

export interface ErrandOptions extends Patience {
  /** One round; true when more is to do. */
  readonly round: () => Promise<boolean>;
  readonly everyMs: number;
  /** While the readings have much to do, the errand does not hasten. */
  readonly isBusy: () => boolean;
}

/** Does something again and again beside the readings, until told to stop: its failures are waited out and hold up nothing. */
export async function runErrand(options: ErrandOptions): Promise<void> {
  const { clock, signal, round, everyMs, isBusy } = options;
  while (!signal.aborted) {
    const more = await patiently(round, options);
    await sleep(clock, more === true && !isBusy() ? BREATHER_MS : everyMs, signal);
  }
}
