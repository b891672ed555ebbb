import type { Clock } from "@linli/runtime";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly every: number | undefined;
  readonly call: () => void;
  cancelled: boolean;
}

/** Most turns given to work that is under way before time goes on without it. */
const MOST_TURNS = 10_000;

/** Turns given to work in hand before it counts as waiting for the clock. */
const PATIENT_TURNS = 20;
const LONGEST_WITHOUT_TURN_MS = 1_000;

/** One turn of the event loop: promises, streams and the memory journal's group commit come to rest. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Time that stands still while anything is at work, then jumps to the next timer. */
export class VirtualClock implements Clock {
  private time: number;
  private readonly start: number;
  /** A binary heap: by due time, then in the order in which they were set. */
  private readonly heap: Timer[] = [];
  private orders = 0;
  private turnedAt = Number.NEGATIVE_INFINITY;
  /** Says whether something is under way that no timer waits for. */
  private readonly isBusy: () => boolean;

  constructor(start: number, isBusy: () => boolean) {
    this.time = start;
    this.start = start;
    this.isBusy = isBusy;
  }

  /** Whole milliseconds, as those of every wall clock are. */
  readonly now = (): number => Math.floor(this.time);
  readonly monotonic = (): number => this.time - this.start;

  after(ms: number, call: () => void): () => void {
    return this.set({
      at: this.time + Math.max(0, ms),
      order: this.orders++,
      every: undefined,
      call,
      cancelled: false,
    });
  }

  every(ms: number, call: () => void): () => void {
    const cancelled = { cancelled: false };
    const again = (at: number) => {
      this.after(at - this.time, () => {
        if (cancelled.cancelled) return;
        call();
        again(at + ms);
      });
    };
    again(this.time + ms);
    return () => {
      cancelled.cancelled = true;
    };
  }

  /** Runs every timer that falls due until then, each after all that came of those before it. */
  async runUntil(moment: number): Promise<void> {
    await this.rest();
    while ((this.heap[0]?.at ?? Infinity) <= moment) await this.step();
    this.time = Math.max(this.time, moment);
  }

  /** Lets time go on until the promise is settled: for work that itself waits by this clock. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    for (;;) {
      await this.rest();
      // what only takes its turns takes no time
      for (let turns = 0; !isOver && turns < PATIENT_TURNS; turns++) await turn();
      if (isOver || this.heap.length === 0) return work;
      await this.step();
    }
  }

  private async step(): Promise<void> {
    const at = this.heap[0]?.at;
    if (at === undefined) return;
    this.time = Math.max(this.time, at);
    while (this.heap[0] !== undefined && this.heap[0].at <= this.time) {
      const timer = this.pop();
      if (timer && !timer.cancelled) timer.call();
    }
    await this.rest();
  }

  /** What only promises carry on comes to rest at once; streams take a turn, once a second if nothing waits for them. */
  private async rest(): Promise<void> {
    await Promise.resolve();
    if (!this.isBusy() && this.time < this.turnedAt + LONGEST_WITHOUT_TURN_MS) return;
    this.turnedAt = this.time;
    await turn();
    for (let turns = 0; this.isBusy() && turns < MOST_TURNS; turns++) await turn();
  }

  private set(timer: Timer): () => void {
    const { heap } = this;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!comesBefore(timer, heap[parent])) break;
      heap[index] = heap[parent] as Timer;
      heap[parent] = timer;
      index = parent;
    }
    return () => {
      timer.cancelled = true;
    };
  }

  private pop(): Timer | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const least = comesBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      const child = heap[least];
      if (child === undefined || !comesBefore(child, last)) break;
      heap[index] = child;
      index = least;
    }
    heap[index] = last;
    return top;
  }
}

function comesBefore(a: Timer | undefined, b: Timer | undefined): boolean {
  if (a === undefined) return false;
  if (b === undefined) return true;
  return a.at !== b.at ? a.at < b.at : a.order < b.order;
}
