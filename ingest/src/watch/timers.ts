/** A moment at which a device has to be looked at. */
interface Entry {
  readonly due: number;
  readonly id: string;
}

function before(a: Entry, b: Entry): boolean {
  // by id where the moments are equal, so that a replay fires them in the same order
  return a.due < b.due || (a.due === b.due && a.id < b.id);
}

/** A binary heap of due moments. An entry is never moved: whoever is woken too early asks to be woken again. */
export class Timers {
  private readonly heap: Entry[] = [];

  get next(): number {
    return this.heap[0]?.due ?? Number.POSITIVE_INFINITY;
  }

  add(due: number, id: string): void {
    const { heap } = this;
    const entry = { due, id };
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!before(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  /** Takes the earliest entry. */
  pop(): Entry | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (!before(heap[child] as Entry, last)) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}
