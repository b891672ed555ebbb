/** Something to do at a moment, epoch ms. */
export interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** Tasks by due time: a binary heap. */
export interface TaskHeap {
  readonly size: number;
  /** When the first is due; Infinity when there is none. */
  readonly nextAt: number;
  push(task: Task): void;
  /** Takes out the first. */
  pop(): Task | undefined;
  clear(): void;
}

export function createTaskHeap(): TaskHeap {
  const heap: Task[] = [];
  const dueAt = (index: number) => heap[index]?.at ?? Infinity;

  function swap(a: number, b: number): void {
    const [first, second] = [heap[a], heap[b]];
    if (!first || !second) return;
    heap[a] = second;
    heap[b] = first;
  }

  return {
    get size() {
      return heap.length;
    },
    get nextAt() {
      return dueAt(0);
    },
    push(task) {
      let index = heap.push(task) - 1;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (dueAt(parent) <= task.at) break;
        swap(index, parent);
        index = parent;
      }
    },
    pop() {
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
    },
    clear() {
      heap.length = 0;
    },
  };
}
