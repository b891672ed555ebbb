import type { Clock, Logger } from "@linli/runtime";
import type { AccessStore, Author } from "@linli/stores";

const PER_MINUTE = 60;

/** Writes refusals to the audit log, at most 60 a minute: a guesser must not fill the disk. The rest is counted. */
export class Denials {
  #minute = 0;
  #written = 0;
  #skipped = 0;
  readonly #access: AccessStore;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(access: AccessStore, clock: Clock, log: Logger) {
    this.#access = access;
    this.#clock = clock;
    this.#log = log;
  }

  get skipped(): number {
    return this.#skipped;
  }

  async record(author: Author, action: string, target: string, detail: unknown): Promise<void> {
    const minute = Math.floor(this.#clock.monotonic() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#written = 0;
    }
    if (this.#written >= PER_MINUTE) {
      this.#skipped += 1;
      return;
    }
    this.#written += 1;
    try {
      await this.#access.recordAudit(author, action, target, detail);
    } catch (error) {
      // the refusal itself stands: a full disk must not turn it into another answer
      this.#log.error({ err: error, action, target }, "audit line not written");
    }
  }
}
