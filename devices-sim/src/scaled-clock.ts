import type { Clock } from "@linli/runtime";

/** Longest wait that a timer takes, ms. */
const MAX_WAIT = 2_147_483_647;

/**
 * A clock that runs `speed` times as fast, from `from` (epoch ms) on. Its timers keep the process alive: a fleet that
 * waits for its broker is at work.
 */
export function createScaledClock(speed: number, from: number): Clock {
  const started = performance.now();
  const elapsed = () => (performance.now() - started) * speed;
  const wait = (ms: number) => Math.min(MAX_WAIT, Math.max(0, ms / speed));
  return {
    now: () => from + elapsed(),
    monotonic: elapsed,
    after(ms, call) {
      const timer = setTimeout(call, wait(ms));
      return () => clearTimeout(timer);
    },
    every(ms, call) {
      const timer = setInterval(call, wait(ms));
      return () => clearInterval(timer);
    },
  };
}
