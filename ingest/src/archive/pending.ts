import type { DeviceEvent } from "@linli/model";
import type { ArchiveCommit, DeadLetter } from "@linli/stores";

/** What is safe in the series store but whose position is not yet committed. */
export class Pending {
  private events: DeviceEvent[] = [];
  private deadLetters: DeadLetter[] = [];
  private written = 0;
  private rejected = 0;
  private conflicts = 0;

  add(part: {
    events: readonly DeviceEvent[];
    deadLetters: readonly DeadLetter[];
    written: number;
    conflicts: number;
  }): void {
    for (const event of part.events) this.events.push(event);
    for (const letter of part.deadLetters) this.deadLetters.push(letter);
    this.written += part.written;
    this.rejected += part.deadLetters.length;
    this.conflicts += part.conflicts;
  }

  /** Somebody may be waiting to see it. */
  get hasItems(): boolean {
    return this.events.length > 0 || this.deadLetters.length > 0;
  }

  get isEmpty(): boolean {
    return !this.hasItems && this.written === 0;
  }

  take(): Pick<ArchiveCommit, "events" | "deadLetters" | "counts"> {
    const { events, deadLetters, written, rejected, conflicts } = this;
    this.events = [];
    this.deadLetters = [];
    this.written = this.rejected = this.conflicts = 0;
    return { events, deadLetters, counts: { written, rejected, conflicts } };
  }
}
