import type { Clock } from "@linli/runtime";

const REDRAW_MS = 100;
/** Without a terminal a line now and then is enough for a log. */
const LINE_MS = 5_000;

export interface Progress {
  update(done: number): void;
  /** The last state, on a line of its own. */
  finish(done: number): void;
}

/** Progress of a long job on stderr: redrawn in place on a terminal, a line now and then elsewhere. */
export function createProgress(what: string, total: number, clock: Clock): Progress {
  const terminal = process.stderr.isTTY;
  const start = clock.monotonic();
  let drawn = Number.NEGATIVE_INFINITY;

  function text(done: number): string {
    const seconds = (clock.monotonic() - start) / 1_000;
    const rate = seconds > 0 ? Math.round(done / seconds) : 0;
    const share = total > 0 ? ` (${Math.floor((100 * done) / total)} %)` : "";
    return `${what}: ${done} of ${total}${share}, ${rate}/s`;
  }
  function draw(done: number, last: boolean): void {
    process.stderr.write(terminal ? `\r\x1b[K${text(done)}${last ? "\n" : ""}` : `${text(done)}\n`);
  }
  return {
    update(done) {
      const now = clock.monotonic();
      if (now - drawn < (terminal ? REDRAW_MS : LINE_MS)) return;
      drawn = now;
      draw(done, false);
    },
    finish: (done) => draw(done, true),
  };
}
