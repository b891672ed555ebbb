/** A moment at which a case wants to be looked at. */
interface Entry {
  readonly due: number;
  readonly key: string;
}

function before(a: Entry, b: Entry): boolean {
  // by key where the moments are equal, so that a restart changes no order
  return a.due < b.due || (a.due === b.due && a.key < b.key);
}

/** A binary heap of due moments; a case that is put off leaves its old entry behind, which `isCurrent` tells apart. */
export class Schedule {
  private readonly heap: Entry[] = [];
  private readonly current = new Map<string, number>();

  /** When `key` is next due; undefined = not before something happens. */
  set(key: string, due: number | undefined): void {
    if (this.current.get(key) === due) return;
    if (due === undefined) {
      this.current.delete(key);
      return;
    }
    this.current.set(key, due);
    this.push({ due, key });
  }

  get next(): number | undefined {
    this.dropStale();
    return this.heap[0]?.due;
  }

  /** Takes the earliest key that is due; it is not scheduled any more. */
  takeDue(now: number): string | undefined {
    this.dropStale();
    const top = this.heap[0];
    if (top === undefined || top.due > now) return undefined;
    this.pop();
    this.current.delete(top.key);
    return top.key;
  }

  /** Forgets all others. */
  keepOnly(key: string): void {
    const due = this.current.get(key);
    this.current.clear();
    if (due !== undefined) this.current.set(key, due);
  }

  private dropStale(): void {
    for (let top = this.heap[0]; top !== undefined && this.current.get(top.key) !== top.due; top = this.heap[0]) {
      this.pop();
    }
  }

  private push(entry: Entry): void {
    const { heap } = this;
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

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
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
  }
}
