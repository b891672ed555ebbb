import type { Clock } from "@linli/runtime";

/** Time that stands still until a test advances it. */
export interface FakeClock extends Clock {
  /** Runs every timer that falls due within `ms`, in order. */
  advance(ms: number): void;
  readonly timers: number;
}

export function createFakeClock(start: number): FakeClock {
  let time = start;
  let next = 0;
  const timers = new Map<number, { at: number; call: () => void }>();
  const after = (ms: number, call: () => void) => {
    const id = next++;
    timers.set(id, { at: time + ms, call });
    return () => timers.delete(id);
  };
  return {
    now: () => time,
    monotonic: () => time - start,
    after,
    every(ms, call) {
      let cancel = () => {};
      const again = () => {
        cancel = after(ms, () => {
          call();
          again();
        }) as () => void;
      };
      again();
      return () => cancel();
    },
    advance(ms) {
      const until = time + ms;
      for (;;) {
        const due = [...timers]
          .filter(([, { at }]) => at <= until)
          .toSorted(([a, x], [b, y]) => x.at - y.at || a - b)[0];
        if (!due) break;
        timers.delete(due[0]);
        time = Math.max(time, due[1].at);
        due[1].call();
      }
      time = until;
    },
    get timers() {
      return timers.size;
    },
  };
}
