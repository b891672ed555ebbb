import type { Clock } from "@linli/runtime";
import { createTaskHeap } from "./task-heap.ts";

/** One timer for any number of waiting tasks. */
export interface Scheduler {
  /** Runs `task` at `at` (epoch ms), or as soon as possible when that has passed. */
  at(at: number, task: () => void): void;
  readonly size: number;
  /** Forgets everything that waits. */
  clear(): void;
}

/** Longest sleep: within it a stepped wall clock is noticed. */
const MAX_SLEEP = 5_000;
/** Tasks run in one go before other work of the process gets its turn. */
const MAX_BATCH = 64;

export function createScheduler(clock: Clock): Scheduler {
  const heap = createTaskHeap();
  let cancel: (() => void) | undefined;
  let wakeAt = Infinity;

  function arm(): void {
    const next = heap.nextAt;
    if (next >= wakeAt) return;
    cancel?.();
    wakeAt = next;
    const wait = Math.min(MAX_SLEEP, Math.max(0, next - clock.now()));
    cancel = clock.after(wait, run);
  }

  function run(): void {
    wakeAt = Infinity;
    cancel = undefined;
    const now = clock.now();
    for (let count = 0; count < MAX_BATCH && heap.nextAt <= now; count++) heap.pop()?.run();
    arm();
  }

  return {
    at(at, task) {
      heap.push({ at, run: task });
      arm();
    },
    get size() {
      return heap.size;
    },
    clear() {
      heap.clear();
      cancel?.();
      cancel = undefined;
      wakeAt = Infinity;
    },
  };
}
