import type { DeviceKind } from "@linli/model";
import { type Clock, type Fault, sleep } from "@linli/runtime";
import type { ArchiveStore, JournalReader, JournalRecord, Position, RegistryView, SeriesWriter } from "@linli/stores";
import {
  createDeviceMemory,
  type DeviceMemory,
  type InterpretContext,
  type InterpretLimits,
} from "../interpret/index.ts";
import { patiently } from "../patiently.ts";
import { type Batch, interpretBatch, rejectedLetters } from "./batch.ts";
import { Pending } from "./pending.ts";

const MAX_RECORDS = 4_000;
/** A look at the journal costs; while it is quiet there is one wait after the other. `hurry` cuts one short. */
const WAIT_MS = 250;
/** A run shorter than this waits for company: each write costs an fsync, whatever its size. */
const SMALL_RUN = 1_000;
const LINGER_MS = 25;
const COMMIT_AFTER_MS = 250;
/** Ticks alone move the position too; that is not worth an fsync a second. */
const IDLE_COMMIT_AFTER_MS = 10_000;
const MAINTAIN_AFTER_MS = 1_000;
const MAINTAIN_BUDGET_MS = 20;

export interface ArchiveDeps {
  readonly journal: JournalReader;
  readonly series: SeriesWriter;
  readonly store: ArchiveStore;
  readonly registry: RegistryView;
  readonly kinds: ReadonlyMap<string, DeviceKind>;
  readonly limits: InterpretLimits;
  readonly clock: Clock;
}

/** How far it is, committed. `sequence` counts the records that lie behind it. */
export interface ArchiveProgress {
  readonly position: Position;
  readonly sequence: number;
  readonly written: number;
  readonly rejected: number;
  readonly conflicts: number;
  readonly deadLetters: number;
  readonly faults: readonly Fault[];
}

/**
 * Brings every reading to the series store and every event and dead letter to the state store. The position is committed
 * only after its records are safe, so a crash repeats some of them: the stores know them by their identity.
 */
export class Archive {
  private readonly deps: ArchiveDeps;
  private readonly stopping = new AbortController();
  private readonly pending = new Pending();
  private readonly faults = new Map<string, Fault>();
  private memory: DeviceMemory = createDeviceMemory();
  private savedMemory = "";
  private position: Position = "";
  private sequence = 0;
  private time = 0;
  private committed: ArchiveProgress | undefined;
  private committedAt = 0;
  private maintainedAt = 0;
  private hurried = false;
  private nudge = new AbortController();

  constructor(deps: ArchiveDeps) {
    this.deps = deps;
  }

  get progress(): ArchiveProgress {
    const nothing = { position: "", sequence: 0, written: 0, rejected: 0, conflicts: 0, deadLetters: 0 };
    return { ...(this.committed ?? nothing), faults: [...this.faults.values()] };
  }

  /** The next commit is not put off: somebody waits for it. */
  hurry(): void {
    this.hurried = true;
    this.nudge.abort();
  }

  /** Ends `run` after the batch in hand. */
  stop(): void {
    this.stopping.abort();
  }

  /** Resolves after `stop`; rejects for a failure that waiting does not cure. */
  async run(): Promise<void> {
    await this.load();
    const { signal } = this.stopping;
    let read = this.read();
    while (!signal.aborted) {
      const began = this.deps.clock.monotonic();
      const { records, next } = await read;
      // the next run is read from disk while this one is interpreted and written
      this.position = next;
      read = this.read();
      if (!(await this.take(records))) break;
      await this.commitWhenDue(records.length === 0);
      await this.maintain(records.length === 0);
      if (records.length < SMALL_RUN) await this.linger(began);
    }
    await read;
    if (this.committed?.position !== this.settled) await this.commit();
  }

  /** The position up to which everything is in the series store. */
  private settled: Position = "";

  private async load(): Promise<void> {
    const { clock } = this.deps;
    const totals = await this.totals();
    if (totals === undefined) return;
    const { memory, deadLettersDropped: _dropped, ...progress } = totals;
    this.position = this.settled = totals.position;
    this.sequence = totals.sequence;
    this.memory = createDeviceMemory(memory);
    this.savedMemory = memory ?? "";
    this.committed = { ...progress, faults: [] };
    this.committedAt = clock.monotonic();
  }

  private read() {
    const { journal } = this.deps;
    if (this.nudge.signal.aborted) this.nudge = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, this.nudge.signal]);
    const options = { maxRecords: MAX_RECORDS, waitMs: this.hurried ? 0 : WAIT_MS, signal };
    const from = this.position;
    const nothing = { records: [], next: from, quarantined: [] };
    const result = this.patiently("journal.unreadable", () => journal.read(from, options));
    return result.then((read) => read ?? nothing);
  }

  /** False when it was told to stop before the records were safe: they will be read again. */
  private async take(records: readonly JournalRecord[]): Promise<boolean> {
    const { position: next } = this;
    const last = records.at(-1);
    if (last === undefined) return true;
    // after the read: what was declared before a message was acknowledged is what the message is read by
    await this.refresh();
    const { registry, kinds, limits } = this.deps;
    const context: InterpretContext & { registry: RegistryView } = { registry, kinds, limits, memory: this.memory };
    const batch = await interpretBatch(records, context, () => this.refresh());
    if (!(await this.write(batch))) return false;
    this.settled = next;
    this.sequence = last.sequence + 1;
    this.time = last.receivedAt;
    return true;
  }

  private async write(batch: Batch): Promise<boolean> {
    const nothing = { accepted: 0, conflicts: 0, rejected: [] };
    const write = () => (batch.points.length === 0 ? Promise.resolve(nothing) : this.deps.series.write(batch.points));
    const outcome = await this.patiently("series.unavailable", write);
    if (outcome === undefined) return false;
    const { accepted: written, conflicts, rejected } = outcome;
    const deadLetters = [...batch.deadLetters, ...rejectedLetters(batch, rejected)];
    this.pending.add({ events: batch.events, deadLetters, written, conflicts });
    return true;
  }

  private async commitWhenDue(idle: boolean): Promise<void> {
    if (this.settled === this.committed?.position) {
      this.hurried = false;
      return;
    }
    const waited = this.deps.clock.monotonic() - this.committedAt;
    const patience = this.pending.isEmpty ? IDLE_COMMIT_AFTER_MS : COMMIT_AFTER_MS;
    if (this.pending.hasItems || this.hurried || waited >= patience || (idle && !this.pending.isEmpty)) {
      await this.commit();
    }
  }

  private async commit(): Promise<void> {
    const { store, clock } = this.deps;
    const taken = this.pending.take();
    const memory = this.memory.save(this.time);
    const { settled: position, sequence } = this;
    const changed = memory === this.savedMemory ? {} : { memory };
    const commit = { ...taken, position, sequence, ...changed };
    const done = await this.patiently("state.unavailable", () => store.commit(commit).then(() => true));
    if (done === undefined) return;
    this.savedMemory = memory;
    this.hurried = false;
    this.committedAt = clock.monotonic();
    const before = this.progress;
    const totals = taken.deadLetters.length === 0 ? undefined : await this.totals();
    const { written, rejected, conflicts } = taken.counts;
    this.committed = {
      position,
      sequence,
      written: before.written + written,
      rejected: before.rejected + rejected,
      conflicts: before.conflicts + conflicts,
      deadLetters: totals?.deadLetters ?? before.deadLetters,
      faults: [],
    };
  }

  /** Roll-ups and retention, in the pauses; a little of it even when there are none. */
  private async maintain(idle: boolean): Promise<void> {
    const { clock, series } = this.deps;
    const waited = clock.monotonic() - this.maintainedAt;
    if (waited < MAINTAIN_AFTER_MS) return;
    const more = await this.patiently("series.unavailable", () => series.maintain(clock.now(), MAINTAIN_BUDGET_MS));
    if (more !== true || !idle) this.maintainedAt = clock.monotonic();
  }

  private totals() {
    return this.patiently("state.unavailable", () => this.deps.store.totals());
  }

  private async refresh(): Promise<void> {
    await this.patiently("state.unavailable", () => this.deps.registry.refresh());
  }

  private async linger(began: number): Promise<void> {
    const { clock } = this.deps;
    const rest = began + LINGER_MS - clock.monotonic();
    if (rest > 0 && !this.hurried) await sleep(clock, rest, this.stopping.signal);
  }

  private patiently<T>(code: string, attempt: () => Promise<T>): Promise<T | undefined> {
    const { clock } = this.deps;
    return patiently(attempt, { clock, signal: this.stopping.signal, faults: this.faults, code, subject: "archive" });
  }
}
