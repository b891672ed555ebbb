import type { Scheduler } from "../scheduler.ts";
import { createTaskHeap } from "../task-heap.ts";

/** Time that jumps from task to task when it is told to: a week passes as fast as its tasks are done. */
export interface VirtualTime extends Scheduler {
  /** Epoch ms; never goes back. */
  now(): number;
  /** Goes to the next task and does it. */
  step(): void;
}

export function createVirtualTime(from: number): VirtualTime {
  const heap = createTaskHeap();
  let now = from;
  return {
    now: () => now,
    at: (at, run) => heap.push({ at, run }),
    step() {
      const task = heap.pop();
      if (!task) return;
      now = Math.max(now, task.at);
      task.run();
    },
    get size() {
      return heap.size;
    },
    clear: () => heap.clear(),
  };
}
