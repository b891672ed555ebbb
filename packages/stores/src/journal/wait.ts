import { setTimeout as delay } from "node:timers/promises";

/** Resolves after `ms`, or at once when the signal aborts. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** The real one; does not keep a process alive by itself. */
export const realWait: Wait = (ms, signal) => delay(ms, undefined, { signal, ref: false }).catch(() => {});
