import type { JournalFiles } from "./files.ts";
import type { Wait } from "./wait.ts";

const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;
/** With the folder watched, a look without notice is a precaution. */
const UNNOTICED_LOOK_MS = 250;

/**
 * How a reader waits for more: short pauses while data flows, then on the folder's own notice. Polling alone would take
 * per cents of a core on a quiet journal, watching alone would cost a notice per group on a busy one.
 */
export class IdleWait {
  #files: JournalFiles;
  #dir: string;
  #wait: Wait;
  #pause = FIRST_PAUSE_MS;
  #unwatch: (() => void) | undefined;
  #noticed = new AbortController();
  #unlooked = 0;

  constructor(files: JournalFiles, dir: string, wait: Wait) {
    this.#files = files;
    this.#dir = dir;
    this.#wait = wait;
  }

  /** False while the folder is watched and nothing happened in it. */
  get worthLooking(): boolean {
    return this.#unwatch === undefined || this.#noticed.signal.aborted || this.#unlooked >= UNNOTICED_LOOK_MS;
  }

  /** True when nothing has come for a while: then a look may ask more of the disk. */
  get quiet(): boolean {
    return this.#pause > LONGEST_PAUSE_MS;
  }

  /** To be called before each look, so that what happens during it is noticed. */
  looking(): void {
    if (this.#noticed.signal.aborted) this.#noticed = new AbortController();
    this.#unlooked = 0;
  }

  /** Something came. */
  reset(): void {
    this.#pause = FIRST_PAUSE_MS;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  /** Waits for a reason to look again, at most `limitMs`; answers about how long it was, in ms. */
  async wait(limitMs: number, stop: AbortSignal): Promise<number> {
    if (!this.quiet) {
      const ms = Math.min(this.#pause, limitMs);
      this.#pause *= 2;
      await this.#wait(ms, stop);
      return ms;
    }
    if (this.#unwatch === undefined && this.#watch()) return 0; // one more look: it may have come just before
    const ms = Math.min(this.#unwatch === undefined ? LONGEST_PAUSE_MS : UNNOTICED_LOOK_MS, limitMs);
    await this.#wait(ms, AbortSignal.any([stop, this.#noticed.signal]));
    this.#unlooked += ms;
    return this.#noticed.signal.aborted ? FIRST_PAUSE_MS : ms;
  }

  #watch(): boolean {
    try {
      this.#unwatch = this.#files.watch(this.#dir, () => this.#noticed.abort());
      this.#noticed.abort();
      return true;
    } catch {
      // No folder yet, or a file system without notices: pauses it is.
      return false;
    }
  }
}
