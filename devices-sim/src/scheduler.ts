import type { Clock } from "@linli/runtime";

/** One timer for any number of waiting tasks: a binary heap ordered by due time. */
export interface Scheduler {
  /** Runs `task` at `at` (epoch ms), or as soon as possible when that has passed. */
  at(at: number, task: () => void): void;
  readonly size: number;
  /** Forgets everything that waits. */
  clear(): void;
}

interface Entry {
  readonly at: number;
  readonly task: () => void;
}

/** Longest sleep: within it a stepped wall clock is noticed. */
const MAX_SLEEP = 5_000;
/** Tasks run in one go before other work of the process gets its turn. */
const MAX_BATCH = 64;

export function createScheduler(clock: Clock): Scheduler {
  const heap: Entry[] = [];
  let cancel: (() => void) | undefined;
  let wakeAt = Infinity;

  const dueAt = (index: number) => heap[index]?.at ?? Infinity;

  function swap(a: number, b: number): void {
    const [first, second] = [heap[a], heap[b]];
    if (!first || !second) return;
    heap[a] = second;
    heap[b] = first;
  }

  function push(entry: Entry): void {
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (dueAt(parent) <= entry.at) break;
      swap(index, parent);
      index = parent;
    }
  }

  function pop(): Entry | undefined {
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top;
    heap[0] = last;
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const least = dueAt(left + 1) < dueAt(left) ? left + 1 : left;
      if (dueAt(least) >= last.at) break;
      swap(index, least);
      index = least;
    }
    return top;
  }

  function arm(): void {
    const next = dueAt(0);
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
    for (let count = 0; count < MAX_BATCH && dueAt(0) <= now; count++) pop()?.task();
    arm();
  }

  return {
    at(at, task) {
      push({ at, task });
      arm();
    },
    get size() {
      return heap.length;
    },
    clear() {
      heap.length = 0;
      cancel?.();
      cancel = undefined;
      wakeAt = Infinity;
    },
  };
}
