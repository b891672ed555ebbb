/**
 * Reads again what is shown, however often it is asked to: never two at once, never without pause, and once more when
 * something changed meanwhile, so that the last read is not older than the last change.
 */
export class Refresher {
  #asked = false;
  #running = false;
  readonly #read: () => Promise<unknown>;
  readonly #pause: () => Promise<unknown>;

  constructor(read: () => Promise<unknown>, pause: () => Promise<unknown>) {
    this.#read = read;
    this.#pause = pause;
  }

  ask(): void {
    this.#asked = true;
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#asked) {
      this.#asked = false;
      await this.#read().catch(() => undefined); // the query that failed says so itself
      await this.#pause();
    }
    this.#running = false;
  }
}
