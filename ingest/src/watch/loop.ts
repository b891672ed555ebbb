import type { Site } from "@linli/alerting";
import type { DeviceKind, DeviceState, Severity } from "@linli/model";
import { type Clock, type Fault, patiently, sleep } from "@linli/runtime";
import {
  type JournalReader,
  type JournalRecord,
  Lease,
  type Position,
  type ReadResult,
  type RegistryView,
  START,
  type StateStore,
  type Transition,
} from "@linli/stores";
import type { InterpretLimits } from "../interpret/index.ts";
import { CommitPace } from "./commit-pace.ts";
import type { AnsweredCommand } from "./effects.ts";
import { readRuleBook } from "./read-rule-book.ts";
import { NO_RULES, type RuleBook } from "./rule-book.ts";
import { Watch } from "./step.ts";

const MAX_RECORDS = 2_000;
/** Messages can have a megabyte each. */
const MAX_BYTES = 4 << 20;
/** A look at the journal costs; while it is quiet there is one wait after the other. `hurry` cuts one short. */
const WAIT_MS = 250;
/** A run shorter than this waits for company for a moment. */
const SMALL_RUN = 200;
const LINGER_MS = 10;
const REFRESH_AFTER_MS = 200;
const CHANGES_AT_ONCE = 1_000;

export interface WatchDeps {
  readonly journal: JournalReader;
  readonly state: StateStore;
  readonly registry: RegistryView;
  readonly kinds: ReadonlyMap<string, DeviceKind>;
  readonly limits: InterpretLimits;
  readonly site: Site;
  readonly clock: Clock;
  /** Told of changed devices at once, before any commit. */
  readonly changed: (deviceIds: Iterable<string>) => void;
  /** Told that the broker began anew, so that what it only keeps in memory can be given to it again. */
  readonly brokerStarted: () => void;
  readonly quarantined: (damage: ReadResult["quarantined"]) => void;
  /** Told of what watch decided once it is on disk. */
  readonly decided?: (transitions: readonly Transition[]) => void;
}

interface Opened {
  readonly lease: Lease;
  readonly loaded: Awaited<ReturnType<StateStore["watch"]["load"]>>;
  readonly book: RuleBook;
}

/** Reads the journal through `Watch` and commits what comes of it: transitions, states and position in one step. */
export class WatchLoop {
  private readonly deps: WatchDeps;
  private readonly stopping = new AbortController();
  private readonly faults = new Map<string, Fault>();
  private readonly watch: Watch;
  private readonly lease: Lease;
  private readonly pace: CommitPace;
  private book: RuleBook;
  private position: Position;
  private sequence: number;
  private committed: { readonly position: Position; readonly sequence: number };
  private dirty = new Set<string>();
  private transitions: Transition[] = [];
  private answered: AnsweredCommand[] = [];
  private refreshedAt = 0;
  private hurried = false;
  private nudge = new AbortController();

  private constructor(deps: WatchDeps, { lease, loaded, book }: Opened) {
    this.deps = deps;
    this.lease = lease;
    this.book = book;
    this.watch = new Watch({ ...deps, rules: book }, loaded);
    this.pace = new CommitPace(deps.clock.monotonic());
    const { position = START, sequence = 0 } = loaded.checkpoint ?? {};
    this.position = position;
    this.sequence = sequence;
    this.committed = { position, sequence };
  }

  /** Takes the lease and loads what is committed. Fails with `conflict` when another one is watch. */
  static async open(deps: WatchDeps): Promise<WatchLoop> {
    const lease = await Lease.acquire(deps.state.leases, deps.clock, { role: "watch", owner: "ingest" });
    const book = await readRuleBook(deps.state.rules, deps.kinds, NO_RULES);
    return new WatchLoop(deps, { lease, book, loaded: await deps.state.watch.load() });
  }

  /** `sequence` counts the records that lie behind it; `time` is the journal's. */
  get progress() {
    const { committed, sequence } = this;
    return { time: this.watch.time, sequence, committed, faults: [...this.faults.values()] };
  }

  /** The rules that it goes by. */
  get rules(): RuleBook {
    return this.book;
  }

  /** Alerts that are open now, of rules in force, by id. */
  get openAlerts(): ReadonlyMap<string, Severity> {
    return this.watch.openAlerts;
  }

  states(deviceIds: Iterable<string> = this.watch.deviceIds()): DeviceState[] {
    return Array.from(deviceIds, (id) => this.watch.state(id)).filter((state) => state !== undefined);
  }

  deviceIds(): Iterable<string> {
    return this.watch.deviceIds();
  }

  /** The next commit is not put off: somebody waits for it. */
  hurry(): void {
    this.hurried = true;
    this.nudge.abort();
  }

  /** Ends `run` after the run of records in hand. */
  stop(): void {
    this.stopping.abort();
  }

  /** Resolves after `stop`, all committed; rejects for a failure that waiting does not cure. */
  async run(): Promise<void> {
    const { signal } = this.stopping;
    const { clock } = this.deps;
    while (!signal.aborted) {
      const began = clock.monotonic();
      const read = await this.step(this.hurried ? 0 : WAIT_MS);
      const rest = began + LINGER_MS - clock.monotonic();
      if (read < SMALL_RUN && rest > 0) await sleep(clock, rest, signal);
    }
    await this.commit();
    await this.patiently("state.unavailable", () => this.lease.release());
  }

  /**
   * Takes what the journal has, a bounded run of it, without waiting for more. What was decided is committed at once, the
   * rest when `run` would. False: there was nothing.
   */
  async turn(): Promise<boolean> {
    const read = await this.step(0);
    if (this.transitions.length > 0 || this.answered.length > 0) await this.commit();
    return read > 0;
  }

  /** One run of records; how many. */
  private async step(waitMs: number): Promise<number> {
    const { journal, quarantined } = this.deps;
    const read = await this.patiently("journal.unreadable", () =>
      journal.read(this.position, this.readOptions(waitMs)),
    );
    if (read === undefined) return 0;
    if (read.quarantined.length > 0) quarantined(read.quarantined);
    // after the read: what was declared before a message was acknowledged is what the message is read by
    if (read.records.length > 0) await this.refresh();
    else await this.refreshWhenDue();
    await this.apply(read.records, read.next);
    await this.patiently("state.unavailable", () => this.lease.renewWhenDue());
    await this.commitWhenDue();
    return read.records.length;
  }

  private readOptions(waitMs: number) {
    if (this.nudge.signal.aborted) this.nudge = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, this.nudge.signal]);
    return { maxRecords: MAX_RECORDS, maxBytes: MAX_BYTES, waitMs, signal };
  }

  private async apply(records: readonly JournalRecord[], next: Position): Promise<void> {
    let fresh = false;
    for (const record of records) {
      if (this.watch.apply(record, fresh)) continue;
      // created a moment ago, perhaps: one look, then it is decided
      this.moveTo(record.position, record.sequence);
      await this.refresh();
      fresh = true;
      this.watch.apply(record, true);
    }
    const last = records.at(-1);
    this.moveTo(next, last === undefined ? this.sequence : last.sequence + 1);
  }

  /** Everything before this place is applied: takes what came of it. */
  private moveTo(position: Position, sequence: number): void {
    this.position = position;
    this.sequence = sequence;
    const effects = this.watch.takeEffects();
    for (const id of effects.changed) this.dirty.add(id);
    for (const transition of effects.transitions) this.transitions.push(transition);
    for (const answer of effects.answered) this.answered.push(answer);
    this.deps.changed(effects.changed);
    if (effects.brokerStarted) this.deps.brokerStarted();
  }

  private async commitWhenDue(): Promise<void> {
    if (this.position === this.committed.position) {
      this.hurried = false;
      return;
    }
    const transitions = this.transitions.length > 0 || this.answered.length > 0;
    const waiting = { transitions, states: this.dirty.size > 0 };
    if (this.hurried || this.pace.isDue(this.deps.clock.monotonic(), waiting)) await this.commit();
  }

  private async commit(): Promise<void> {
    if (this.position === this.committed.position) return;
    const { clock, state } = this.deps;
    const startedAt = clock.monotonic();
    const { position, sequence, transitions } = this;
    const checkpoint = { position, sequence, time: this.watch.time, memory: this.watch.memory() };
    const rules = this.watch.takeMemories(this.dirty);
    const commit = { checkpoint, states: this.states(this.dirty), transitions, rules };
    const done = await this.patiently("state.unavailable", async () => {
      // idempotent, and before the position: a crash in between repeats them
      for (const { commandId, deviceId, ok, detail, at } of this.answered) {
        await state.commands.answer(commandId, deviceId, ok, detail, at);
      }
      await state.watch.commit(commit, this.lease.epoch);
      return true;
    });
    if (done === undefined) return;
    this.dirty = new Set();
    this.transitions = [];
    this.answered = [];
    this.hurried = false;
    this.committed = { position, sequence };
    this.pace.committed(startedAt, clock.monotonic(), checkpoint.memory.length);
    if (transitions.length > 0) this.deps.decided?.(transitions);
  }

  private async refreshWhenDue(): Promise<void> {
    if (this.deps.clock.monotonic() - this.refreshedAt >= REFRESH_AFTER_MS) await this.refresh();
  }

  /**
   * Follows the registry and the rules. What was decided under the old ones is committed first, so that a replay does not
   * decide it again under the new ones.
   */
  private async refresh(): Promise<void> {
    const { clock, registry, state } = this.deps;
    await this.patiently("state.unavailable", async () => {
      const { changes, reset } = await state.changes.since(registry.seq, CHANGES_AT_ONCE);
      if (changes.length === 0 && !reset) return;
      const unseen = reset || changes.length === CHANGES_AT_ONCE;
      const rules = unseen || changes.some(({ topic }) => topic === "rule");
      if (rules || changes.some(({ topic }) => topic === "device")) await this.commit();
      if (rules) await this.refreshRules();
      // what the refresh itself took over counts: it reads on, and more may have come since
      const taken = await registry.refresh();
      if (taken.reset || taken.devices.size > 0) this.watch.registryChanged();
    });
    this.refreshedAt = clock.monotonic();
  }

  private async refreshRules(): Promise<void> {
    const { state, kinds } = this.deps;
    const book = await readRuleBook(state.rules, kinds, this.book);
    if (book.name !== this.book.name) this.watch.rulesChanged(book);
    this.book = book;
  }

  private patiently<T>(code: string, attempt: () => Promise<T>): Promise<T | undefined> {
    const { clock } = this.deps;
    return patiently(attempt, { clock, signal: this.stopping.signal, faults: this.faults, code, subject: "watch" });
  }
}
