import type { Clock } from "../clock.ts";

interface Timer {
  readonly at: number;
  readonly call: () => void;
}

/** Time that stands still until a test advances it. */
export interface FakeClock extends Clock {
  /** Runs every timer that falls due within `ms`, in order. */
  advance(ms: number): void;
  /** How long the timer that falls due next still has to wait; undefined when nobody waits. */
  readonly next: number | undefined;
}

export function createFakeClock(start = Date.UTC(2026, 0, 15)): FakeClock {
  let time = start;
  const timers = new Set<Timer>();
  const soonest = () => [...timers].reduce<Timer | undefined>((a, b) => (a && a.at <= b.at ? a : b), undefined);
  const after = (ms: number, call: () => void) => {
    const timer = { at: time + ms, call };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  return {
    now: () => time,
    monotonic: () => time - start,
    after,
    every(ms, call) {
      let cancel = () => {};
      const again = () => {
        cancel = after(ms, () => {
          again();
          call();
        });
      };
      again();
      return () => cancel();
    },
    advance(ms) {
      const until = time + ms;
      for (let timer = soonest(); timer !== undefined && timer.at <= until; timer = soonest()) {
        timers.delete(timer);
        time = Math.max(time, timer.at);
        timer.call();
      }
      time = until;
    },
    get next() {
      const timer = soonest();
      return timer && timer.at - time;
    },
  };
}
