import type { Clock, Fault, ProcessStatus, SupervisorDetails } from "@linli/runtime";
import { NEIGHBOURS, type Neighbours, SIMULATOR } from "../neighbours/neighbours.ts";

const POLL_MS = 2_000;

/** What each process answered; undefined = no answer. The simulator is there only when it answered. */
export interface PlatformView {
  readonly statuses: ReadonlyMap<string, ProcessStatus | undefined>;
  readonly supervisor: SupervisorDetails | undefined;
}

/** Asks the other processes how they are, and remembers since when one does not answer. */
export class Monitor {
  readonly #neighbours: Neighbours;
  readonly #clock: Clock;
  readonly #downSince = new Map<string, number>();
  /** The last answer of each process: what is shown of one that is down. */
  readonly #last = new Map<string, ProcessStatus>();
  #end: (() => void) | undefined;

  constructor(neighbours: Neighbours, clock: Clock) {
    this.#neighbours = neighbours;
    this.#clock = clock;
  }

  start(): void {
    this.#end = this.#clock.every(POLL_MS, () => void this.look());
  }

  stop(): void {
    this.#end?.();
  }

  lastOf(process: string): ProcessStatus | undefined {
    return this.#last.get(process);
  }

  async look(): Promise<PlatformView> {
    const [supervisor, simulator, ...answers] = await Promise.all([
      this.#statusOf("supervisor"),
      this.#statusOf(SIMULATOR),
      ...NEIGHBOURS.map(async (name) => [name, await this.#statusOf(name)] as const),
    ]);
    for (const [name, status] of answers) this.#note(name, status);
    const statuses = new Map<string, ProcessStatus | undefined>(answers);
    if (simulator) statuses.set(SIMULATOR, simulator);
    return { statuses, supervisor: supervisor?.details as SupervisorDetails | undefined };
  }

  /** Faults that the processes report, and those that do not answer. */
  faults({ statuses }: PlatformView): Fault[] {
    const found = new Map<string, Fault>();
    for (const [name, status] of statuses) {
      const down = { code: "process.down", subject: name, detail: `${name} does not answer` };
      const reported = status?.faults ?? [{ ...down, since: this.#downSince.get(name) ?? this.#clock.now() }];
      for (const fault of reported) {
        const key = `${fault.code} ${fault.subject}`;
        const known = found.get(key);
        if (!known || fault.since < known.since) found.set(key, fault);
      }
    }
    return [...found.values()].sort((a, b) => a.since - b.since);
  }

  async #statusOf(process: string): Promise<ProcessStatus | undefined> {
    try {
      return await this.#neighbours.status(process);
    } catch {
      // no answer is the answer: it is reported as the process being down
      return undefined;
    }
  }

  #note(name: string, status: ProcessStatus | undefined): void {
    if (status) {
      this.#downSince.delete(name);
      this.#last.set(name, status);
    } else if (!this.#downSince.has(name)) this.#downSince.set(name, this.#clock.now());
  }
}
