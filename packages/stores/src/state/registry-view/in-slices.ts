import { setImmediate as yieldToOthers } from "node:timers/promises";

const SLICE = 2_000;

/** Gives every item to `take`, in order; others get their turn in between, so that a large fleet never holds them up. */
export async function inSlices<T>(items: readonly T[], take: (item: T) => void): Promise<void> {
  for (let start = 0; start < items.length; start += SLICE) {
    for (const item of items.slice(start, start + SLICE)) take(item);
    await yieldToOthers();
  }
}
