import type { DeviceKind } from "@linli/model";
import { type Clock, sleep } from "@linli/runtime";
import type { ArchiveTotals, JournalReader, JournalRecord, Position, ReadResult, RegistryView } from "@linli/stores";
import { createDeviceMemory, type DeviceMemory, type InterpretLimits } from "../interpret/index.ts";
import { type Batch, emptyBatch, interpretInto } from "./batch.ts";
import type { Hurry } from "./hurry.ts";
import type { Pace } from "./pace.ts";

/** Interpreting more at a time would hold up the answers of the series store. */
const READ_AT_ONCE = 4_000;
/** A look at the journal costs; while it is quiet there is one wait after the other. */
const WAIT_MS = 250;
const LOOK_EVERY_MS = 25;

/** A run of records, interpreted, and all that it takes to go on behind it. */
export interface Gathered {
  readonly batch: Batch;
  readonly records: number;
  readonly next: Position;
  /** Counts the records up to `next`. */
  readonly sequence: number;
  /** What interpreting remembers at `next`, as text. */
  readonly memory: string;
}

export interface ReadAheadDeps {
  readonly journal: JournalReader;
  readonly registry: RegistryView;
  readonly kinds: ReadonlyMap<string, DeviceKind>;
  readonly limits: InterpretLimits;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly hurry: Hurry;
  readonly signal: AbortSignal;
  /** As `patiently`, under the code of a fault. */
  readonly patiently: <T>(code: string, attempt: () => Promise<T>) => Promise<T | undefined>;
}

/** Reads and interprets the journal, a batch ahead of what is being written. */
export class ReadAhead {
  private readonly deps: ReadAheadDeps;
  private position: Position;
  private sequence: number;
  private readonly memory: DeviceMemory;
  private time = 0;
  private leftAt: number;

  constructor(deps: ReadAheadDeps, from: Pick<ArchiveTotals, "position" | "sequence" | "memory">) {
    this.deps = deps;
    this.position = from.position;
    this.sequence = from.sequence;
    this.memory = createDeviceMemory(from.memory);
    this.leftAt = deps.clock.monotonic() - deps.pace.everyMs;
  }

  /**
   * The next batch: when it is large enough, or when it is time and the one before it is not `busy` any more. Without any
   * records when the journal is quiet.
   */
  async next(isBusy: () => boolean): Promise<Gathered> {
    const { pace, clock, hurry, signal } = this.deps;
    const batch = emptyBatch();
    let records = 0;
    for (let bytes = 0; ; ) {
      const read = await this.read(pace.mostRecords - records, pace.mostBytes - bytes, records === 0);
      await this.interpret(read.records, batch);
      this.position = read.next;
      records += read.records.length;
      for (const { payload } of read.records) bytes += payload.length;
      const isFull = records >= pace.mostRecords || bytes >= pace.mostBytes;
      if (records === 0 || isFull || hurry.isOn || signal.aborted) break;
      if (records >= pace.enough && !isBusy()) break;
      const rest = this.leftAt + pace.everyMs - clock.monotonic();
      if (rest <= 0 && !isBusy()) break;
      const pause = rest > 0 ? Math.min(rest, LOOK_EVERY_MS) : LOOK_EVERY_MS;
      await sleep(clock, pause, AbortSignal.any([signal, hurry.signal]));
    }
    if (records > 0) this.leftAt = clock.monotonic();
    return { batch, records, next: this.position, sequence: this.sequence, memory: this.memory.save(this.time) };
  }

  private async read(mostRecords: number, maxBytes: number, mayWait: boolean): Promise<ReadResult> {
    const { journal, hurry, signal, patiently } = this.deps;
    const from = this.position;
    const options = {
      maxRecords: Math.min(mostRecords, READ_AT_ONCE),
      maxBytes,
      waitMs: mayWait && !hurry.isOn ? WAIT_MS : 0,
      signal: AbortSignal.any([signal, hurry.signal]),
    };
    const read = await patiently("journal.unreadable", () => journal.read(from, options));
    return read ?? { records: [], next: from, quarantined: [] };
  }

  private async interpret(records: readonly JournalRecord[], batch: Batch): Promise<void> {
    const last = records.at(-1);
    if (last === undefined) return;
    const { registry, kinds, limits } = this.deps;
    // after the read: what was declared before a message was acknowledged is what the message is read by
    await this.refresh();
    const context = { registry, kinds, limits, memory: this.memory };
    await interpretInto(batch, records, context, () => this.refresh());
    this.sequence = last.sequence + 1;
    this.time = last.receivedAt;
  }

  private async refresh(): Promise<void> {
    const { registry, patiently } = this.deps;
    await patiently("state.unavailable", () => registry.refresh());
  }
}
