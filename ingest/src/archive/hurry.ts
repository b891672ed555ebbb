/** Somebody waits: nothing is put off until what there is has been committed. */
export class Hurry {
  private raised = new AbortController();

  get isOn(): boolean {
    return this.raised.signal.aborted;
  }

  /** Cuts waits short. */
  get signal(): AbortSignal {
    return this.raised.signal;
  }

  raise(): void {
    this.raised.abort();
  }

  over(): void {
    if (this.isOn) this.raised = new AbortController();
  }
}
