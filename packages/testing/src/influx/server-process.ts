import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const PATIENCE_MS = 60_000;
const POLL_MS = 10;
const OUTPUT_KEPT = 16_384;

export interface ServerProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Its folder, made for it alone: removed once it is stopped. */
  readonly folder: string;
  /** Answers with success as soon as the server serves. */
  readonly readyUrl: string;
}

/**
 * Ends the server and removes its folder when this process is gone, however it went: its input closes then. Nothing inside
 * a process that is killed could do it.
 */
function guard(pid: number, folder: string): ChildProcess {
  const watcher = spawn("sh", ["-c", 'cat >/dev/null; kill -9 "$0"; rm -rf "$1"', String(pid), folder], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true, // an interrupt from the terminal must not end it first
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void } | null)?.unref();
  return watcher;
}

/** A server program on this machine, which never outlives the process that started it. */
export class ServerProcess {
  readonly #options: ServerProcessOptions;
  #output = "";
  #running:
    | { readonly child: ChildProcess; readonly exited: Promise<unknown>; readonly guard: ChildProcess }
    | undefined;

  constructor(options: ServerProcessOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  /** The end of what it printed. */
  get output(): string {
    return this.#output;
  }

  /** Starts it and resolves with its first good answer; rejects with what it printed when it ends before that. */
  async start(): Promise<Response> {
    const { command, args, folder } = this.#options;
    const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const exited = once(child, "exit").catch(() => {}); // a program that cannot be started has no exit
    let failure: Error | undefined;
    child.once("error", (error) => {
      failure = error;
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        this.#output = (this.#output + chunk).slice(-OUTPUT_KEPT);
      });
    }
    if (child.pid !== undefined) this.#running = { child, exited, guard: guard(child.pid, folder) };
    const end = performance.now() + PATIENCE_MS;
    while (performance.now() < end) {
      if (failure) throw new Error(`${command} cannot be started`, { cause: failure });
      if (child.exitCode !== null || child.signalCode !== null) {
        this.#release();
        throw new Error(
          `${command} ended with ${child.exitCode ?? child.signalCode} before it served:\n${this.#output}`,
        );
      }
      const answer = await fetch(this.#options.readyUrl).catch(() => undefined);
      if (answer?.ok) return answer;
      await answer?.body?.cancel();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    await this.end("SIGKILL");
    throw new Error(`${command} does not serve at ${this.#options.readyUrl}:\n${this.#output}`);
  }

  /** Resolves once it is gone; at once when it was not running. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const running = this.#running;
    if (!running) return;
    running.child.kill(signal);
    await running.exited;
    this.#release();
  }

  #release(): void {
    this.#running?.guard.kill("SIGKILL");
    this.#running = undefined;
  }
}
