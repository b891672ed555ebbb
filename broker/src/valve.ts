/** One tap for all connections: closed while the journal cannot take more, so that what waits stays in the network. */
export class Valve {
  #closed = false;
  #shut = false;
  readonly #waiting = new Set<() => void>();

  get closed(): boolean {
    return this.#closed;
  }

  /** Calls once when it is open again. */
  wait(wake: () => void): void {
    this.#waiting.add(wake);
  }

  forget(wake: () => void): void {
    this.#waiting.delete(wake);
  }

  /** Closed for good. */
  shut(): void {
    this.#closed = true;
    this.#shut = true;
  }

  set(closed: boolean): void {
    if (closed === this.#closed || this.#shut) return;
    this.#closed = closed;
    if (closed) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
