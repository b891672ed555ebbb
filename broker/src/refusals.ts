import type { Clock, Logger } from "@linli/runtime";
import type { AccessStore } from "@linli/stores";

/** Lines of each kind that the audit log and the log get in a second; the rest becomes one summary line. */
const LINES_PER_SECOND = 5;

export interface Refusal {
  /** `login.refused`, `acl.denied`, `connection.refused`. */
  readonly action: string;
  readonly reason: string;
  readonly address: string;
  /** Who was refused, as far as known: a device id, a user name, else the address. */
  readonly who: string;
  /** The topic, the size … */
  readonly subject?: string;
}

export interface RefusalSinks {
  readonly access: Pick<AccessStore, "recordAudit">;
  readonly clock: Clock;
  readonly log: Logger;
  count(reason: string): void;
}

/**
 * Counts every refusal by its reason, and says in the log and in the audit log who was refused what, from where. Neither
 * can be flooded: beyond a few lines a second the rest is one line with a number.
 */
export class Refusals {
  readonly #sinks: RefusalSinks;
  readonly #counts = new Map<string, number>();
  readonly #waiting: Refusal[] = [];
  readonly #beyond = new Map<string, number>();
  #busy = false;

  constructor(sinks: RefusalSinks) {
    this.#sinks = sinks;
  }

  refuse(refusal: Refusal): void {
    const { reason, action } = refusal;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    this.#sinks.count(reason);
    if (this.#waiting.length < LINES_PER_SECOND) this.#waiting.push(refusal);
    else this.#beyond.set(action, (this.#beyond.get(action) ?? 0) + 1);
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** To be called once a second, and at the end. */
  async flush(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const lines = this.#waiting.splice(0);
    const beyond = [...this.#beyond];
    this.#beyond.clear();
    try {
      for (const line of lines) await this.#record(line);
      for (const [action, more] of beyond) await this.#summarize(action, more);
    } catch (error) {
      this.#sinks.log.error({ err: error }, "audit log cannot be written");
    } finally {
      this.#busy = false;
    }
  }

  async #record({ action, reason, address, who, subject }: Refusal): Promise<void> {
    const { access, clock, log } = this.#sinks;
    log.warn({ action, reason, address, who, subject }, "refused");
    const author = { id: who, type: "system", address, at: clock.now() } as const;
    await access.recordAudit(author, action, who, subject === undefined ? { reason } : { reason, subject });
  }

  async #summarize(action: string, more: number): Promise<void> {
    const { access, clock, log } = this.#sinks;
    log.warn({ action, more }, "refused, and more like it");
    await access.recordAudit({ id: "broker", type: "system", at: clock.now() }, action, "broker", { more });
  }
}
