import type { Clock } from "@linli/runtime";

const REDRAW_MS = 100;
/** Without a terminal a line now and then is enough for a log. */
const LINE_MS = 5_000;

export interface Progress {
  update(done: number): void;
  /** The last state, on a line of its own. */
  finish(done: number): void;
}

interface ProgressLine {
  /** Called for the text only when it is drawn. */
  update(text: () => string): void;
  finish(text: string): void;
}

/** One line on stderr that changes: redrawn in place on a terminal, a line now and then elsewhere. */
export function createProgressLine(clock: Clock): ProgressLine {
  const terminal = process.stderr.isTTY;
  let drawn = Number.NEGATIVE_INFINITY;

  function draw(text: string, last: boolean): void {
    process.stderr.write(terminal ? `\r\x1b[K${text}${last ? "\n" : ""}` : `${text}\n`);
  }
  return {
    update(text) {
      const now = clock.monotonic();
      if (now - drawn < (terminal ? REDRAW_MS : LINE_MS)) return;
      drawn = now;
      draw(text(), false);
    },
    finish: (text) => draw(text, true),
  };
}

/** Progress of a job whose size is known. */
export function createProgress(what: string, total: number, clock: Clock): Progress {
  const line = createProgressLine(clock);
  const start = clock.monotonic();

  function text(done: number): string {
    const seconds = (clock.monotonic() - start) / 1_000;
    const rate = seconds > 0 ? Math.round(done / seconds) : 0;
    const share = total > 0 ? ` (${Math.floor((100 * done) / total)} %)` : "";
    return `${what}: ${done} of ${total}${share}, ${rate}/s`;
  }
  return {
    update: (done) => line.update(() => text(done)),
    finish: (done) => line.finish(text(done)),
  };
}
