import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";

/** One of the processes: `create` in its `app.ts` wires the parts, `start` opens them, `stop` drains and closes them. */
export interface App {
  start(): Promise<void>;
  /** Drains what is in flight; safe to call twice. */
  stop(): Promise<void>;
}

/** What a process gets from outside, so that a test can give its own. */
export interface Deps {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Something of ours that is not well, in terms an operator can act on. */
export interface Fault {
  /** `process.down`, `journal.blocked`, `disk.low`, `broker.silent`, `archive.lagging`, `series.unavailable` … */
  readonly code: string;
  /** Which process or store. */
  readonly subject: string;
  readonly detail: string;
  readonly since: number;
}

/** What every process says of itself in the same words. */
export function selfDescription(
  name: string,
  since: number,
): Pick<ProcessStatus, "name" | "pid" | "since" | "rssBytes"> {
  return { name, pid: process.pid, since, rssBytes: process.memoryUsage.rss() };
}

/** Every process's answer to `status` on its local socket. `details` is its own. */
export interface ProcessStatus<Details = unknown> {
  readonly name: string;
  readonly pid: number;
  readonly since: number;
  readonly rssBytes: number;
  readonly ready: boolean;
  readonly faults: readonly Fault[];
  readonly details: Details;
}
