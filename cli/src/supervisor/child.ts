import { type ChildProcess, spawn } from "node:child_process";
import { type Clock, EXIT_USAGE, type Logger } from "@linli/runtime";

const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 10_000;
/** Up for this long, a process counts as healthy again and its next crash as its first. */
const HEALTHY_AFTER_MS = 30_000;

export interface ChildSpec {
  readonly name: string;
  /** Absolute path of its `main.ts`. */
  readonly main: string;
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long it may take to drain before it is killed. */
  readonly drainMs: number;
}

export interface ChildDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** What the child says over its channel: `{ ready }`, `{ firstPassword }`. */
  readonly onMessage: (name: string, message: unknown) => void;
  /** It cannot start with what it was given; restarting would not help. */
  readonly onUnusable: (name: string) => void;
}

/** How long to wait before the n-th restart in a row (from 1). */
export function backoffMs(failures: number): number {
  return Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1));
}

/** One supervised process: started again after a crash, with growing pauses; ended in order on `stop`. */
export class Child {
  readonly spec: ChildSpec;
  restarts = 0;
  since: number | null = null;
  readonly #deps: ChildDeps;
  #process: ChildProcess | undefined;
  #failures = 0;
  #wasReady = false;
  #stopping = false;
  #cancelRestart: (() => void) | undefined;
  #ended: (() => void) | undefined;

  constructor(spec: ChildSpec, deps: ChildDeps) {
    this.spec = spec;
    this.#deps = deps;
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  start(): void {
    const { main, args = [], environment } = this.spec;
    const child = spawn(process.execPath, [main, ...args], {
      env: { ...environment, LINLI_SUPERVISED: "1" },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#process = child;
    this.since = this.#deps.clock.now();
    child.on("message", (message) => {
      if (typeof message === "object" && message !== null && "ready" in message) this.#wasReady = true;
      this.#deps.onMessage(this.spec.name, message);
    });
    child.on("error", (error) => {
      this.#deps.log.error({ err: error, child: this.spec.name }, "cannot be started or reached");
      // one that never ran does not exit either: it is tried again like one that crashed
      if (child.pid === undefined) this.#exited(null, null);
    });
    child.once("exit", (code, signal) => this.#exited(code, signal));
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    const { clock, log, onUnusable } = this.#deps;
    const upMs = clock.now() - (this.since ?? 0);
    this.#process = undefined;
    this.since = null;
    if (this.#stopping) return this.#ended?.();
    if (code === EXIT_USAGE && !this.#wasReady) return onUnusable(this.spec.name);
    this.#failures = upMs >= HEALTHY_AFTER_MS ? 1 : this.#failures + 1;
    this.restarts++;
    const waitMs = backoffMs(this.#failures);
    log.error({ child: this.spec.name, code, signal, waitMs }, "ended unexpectedly; starting it again");
    this.#cancelRestart = clock.after(waitMs, () => this.start());
  }

  /** From now on it is not started again. */
  retire(): void {
    this.#stopping = true;
    this.#cancelRestart?.();
  }

  /** Asks it to drain, kills it when it takes too long; resolves when it is gone. */
  stop(): Promise<void> {
    this.retire();
    const child = this.#process;
    if (!child) return Promise.resolve();
    return new Promise((resolve) => {
      const cancelKill = this.#deps.clock.after(this.spec.drainMs, () => {
        this.#deps.log.error({ child: this.spec.name }, "did not drain in time; killed");
        child.kill("SIGKILL");
      });
      this.#ended = () => {
        cancelKill();
        resolve();
      };
      child.kill("SIGTERM");
    });
  }

  kill(): void {
    this.#stopping = true;
    this.#process?.kill("SIGKILL");
  }
}
