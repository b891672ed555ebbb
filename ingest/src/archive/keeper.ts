import type { Clock } from "@linli/runtime";
import type { ArchiveStore, ArchiveTotals, SeriesWriter, WriteOutcome } from "@linli/stores";
import { rejectedLetters } from "./batch.ts";
import type { Hurry } from "./hurry.ts";
import type { Measures } from "./measures.ts";
import { Pending } from "./pending.ts";
import type { Gathered } from "./read-ahead.ts";

const COMMIT_AFTER_MS = 250;
/** Ticks alone move the position too; that is not worth an fsync a second. */
const IDLE_COMMIT_AFTER_MS = 10_000;
const NOTHING_WRITTEN: WriteOutcome = { accepted: 0, conflicts: 0, rejected: [] };

export interface KeeperDeps {
  readonly series: SeriesWriter;
  readonly store: ArchiveStore;
  readonly clock: Clock;
  readonly hurry: Hurry;
  readonly measures: Measures;
  /** As `patiently`, under the code of a fault. */
  readonly patiently: <T>(code: string, attempt: () => Promise<T>) => Promise<T | undefined>;
}

/** The numbers that are committed. */
export type Committed = Omit<ArchiveTotals, "memory" | "deadLettersDropped">;

/**
 * Brings batches to safety, one after the other: readings to the series store, then events, dead letters and the position
 * to the state store. The position is committed only after its records are safe, so a crash repeats some of them: the
 * stores know them by their identity.
 */
export class Keeper {
  private readonly deps: KeeperDeps;
  private readonly pending = new Pending();
  private totals: Committed;
  /** The place up to which everything is in the series store. */
  private settled: Pick<Gathered, "next" | "sequence" | "memory">;
  private savedMemory: string;
  private committedAt: number;
  private held: Gathered | undefined;

  constructor(deps: KeeperDeps, from: ArchiveTotals) {
    const { memory = "", deadLettersDropped: _dropped, ...totals } = from;
    this.deps = deps;
    this.totals = totals;
    this.settled = { next: from.position, sequence: from.sequence, memory };
    this.savedMemory = memory;
    this.committedAt = deps.clock.monotonic();
  }

  get committed(): Committed {
    return this.totals;
  }

  /** The batch that is on its way into the series store. */
  get inHand(): Gathered | undefined {
    return this.held;
  }

  /** False when it was told to stop before the batch was safe: its records will be read again. */
  async keep(gathered: Gathered): Promise<boolean> {
    if (gathered.records > 0) {
      this.held = gathered;
      if (!(await this.write(gathered))) return false;
      this.held = undefined;
      this.settled = gathered;
    }
    await this.commitWhenDue(gathered.records === 0);
    return true;
  }

  /** What is safe and not yet committed. */
  async commitRest(): Promise<void> {
    if (this.settled.next !== this.totals.position) await this.commit();
  }

  private async write({ batch, records }: Gathered): Promise<boolean> {
    const { measures, patiently } = this.deps;
    const write = () => (batch.points.length === 0 ? Promise.resolve(NOTHING_WRITTEN) : this.timed(batch.points));
    const outcome = await patiently("series.unavailable", write);
    if (outcome === undefined) return false;
    measures.written(records, outcome, batch.deadLetters);
    const { accepted: written, conflicts, rejected } = outcome;
    const deadLetters = [...batch.deadLetters, ...rejectedLetters(batch, rejected)];
    this.pending.add({ events: batch.events, deadLetters, written, conflicts });
    return true;
  }

  private async timed(points: Parameters<SeriesWriter["write"]>[0]): Promise<WriteOutcome> {
    const { series, clock, measures } = this.deps;
    const began = clock.monotonic();
    const outcome = await series.write(points);
    measures.took(clock.monotonic() - began);
    return outcome;
  }

  private async commitWhenDue(idle: boolean): Promise<void> {
    const { hurry, clock } = this.deps;
    if (this.settled.next === this.totals.position) {
      if (idle) hurry.over();
      return;
    }
    const waited = clock.monotonic() - this.committedAt;
    const patience = this.pending.isEmpty ? IDLE_COMMIT_AFTER_MS : COMMIT_AFTER_MS;
    if (this.pending.hasItems || hurry.isOn || waited >= patience || (idle && !this.pending.isEmpty)) {
      await this.commit();
    }
  }

  private async commit(): Promise<void> {
    const { store, clock, hurry, patiently } = this.deps;
    const taken = this.pending.take();
    const { next: position, sequence, memory } = this.settled;
    const changed = memory === this.savedMemory ? {} : { memory };
    const commit = { ...taken, position, sequence, ...changed };
    const done = await patiently("state.unavailable", () => store.commit(commit).then(() => true));
    if (done === undefined) return;
    hurry.over();
    this.savedMemory = memory;
    this.committedAt = clock.monotonic();
    const letters =
      taken.deadLetters.length === 0 ? undefined : await patiently("state.unavailable", () => store.totals());
    const { written, rejected, conflicts } = taken.counts;
    this.totals = {
      position,
      sequence,
      written: this.totals.written + written,
      rejected: this.totals.rejected + rejected,
      conflicts: this.totals.conflicts + conflicts,
      deadLetters: letters?.deadLetters ?? this.totals.deadLetters,
    };
  }
}
