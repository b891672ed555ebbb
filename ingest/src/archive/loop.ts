import type { DeviceKind } from "@linli/model";
import { type Clock, type Fault, patiently, sleep } from "@linli/runtime";
import type { ArchiveStore, ArchiveTotals, JournalReader, RegistryView, SeriesWriter } from "@linli/stores";
import type { InterpretLimits } from "../interpret/index.ts";
import { runErrand } from "./errand.ts";
import { History, type HistoryDeps } from "./history.ts";
import { Hurry } from "./hurry.ts";
import { type Committed, Keeper } from "./keeper.ts";
import { type ArchiveMeasures, Measures } from "./measures.ts";
import type { Pace } from "./pace.ts";
import { type Gathered, ReadAhead } from "./read-ahead.ts";

/** How long an answer of the series store is waited for after `stop`. */
const GRACE_MS = 2_000;
const UPKEEP_EVERY_MS = 1_000;
const HISTORY_EVERY_MS = 1_000;
const SERIES_DOWN = "series.unavailable";
const ROLL_UPS = "roll-ups.waiting";
const HISTORY = "history.waiting";
const ERRANDS: ReadonlySet<string> = new Set([ROLL_UPS, HISTORY]);

export interface ArchiveDeps {
  readonly journal: JournalReader;
  readonly series: SeriesWriter;
  readonly store: ArchiveStore;
  readonly registry: RegistryView;
  readonly kinds: ReadonlyMap<string, DeviceKind>;
  readonly limits: InterpretLimits;
  readonly clock: Clock;
  readonly pace: Pace;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Only where the series store takes history. */
  readonly history?: Omit<HistoryDeps, "kinds" | "refused">;
}

/** How far it is, committed. `sequence` counts the records that lie behind it. */
export interface ArchiveProgress extends Committed {
  /** When the oldest reading in hand was received; null when none waits. */
  readonly oldest: number | null;
  readonly faults: readonly Fault[];
}

const NOTHING: Committed = { position: "", sequence: 0, written: 0, rejected: 0, conflicts: 0, deadLetters: 0 };

/**
 * Brings every reading to the series store and every event and dead letter to the state store. While one batch is being
 * written the next one is read and interpreted; they are kept in order, and there are never more than these two.
 */
export class Archive {
  private readonly deps: ArchiveDeps;
  private readonly stopping = new AbortController();
  private readonly hurrying = new Hurry();
  private readonly measures = new Measures();
  private readonly faults = new Map<string, Fault>();
  private keeper: Keeper | undefined;
  /** The batch that was read ahead. */
  private ahead: Gathered | undefined;
  private writing = false;
  private stoppedAt = 0;

  constructor(deps: ArchiveDeps) {
    this.deps = deps;
  }

  get progress(): ArchiveProgress {
    const { keeper, ahead } = this;
    const oldest = (keeper?.inHand ?? ahead)?.batch.origins[0]?.receivedAt ?? null;
    return { ...(keeper?.committed ?? NOTHING), oldest, faults: this.told() };
  }

  /** What happened since the last call. */
  takeMeasures(): ArchiveMeasures {
    return this.measures.take();
  }

  /** The next commit is not put off: somebody waits for it. */
  hurry(): void {
    this.hurrying.raise();
  }

  /** Ends `run` after the batches in hand, if the series store takes them. */
  stop(): void {
    if (this.stopping.signal.aborted) return;
    this.stoppedAt = this.deps.clock.monotonic();
    this.stopping.abort();
  }

  /** Resolves after `stop`; rejects for a failure that waiting does not cure. */
  async run(): Promise<void> {
    const { store } = this.deps;
    const totals = await this.patiently("state.unavailable", () => store.totals());
    if (totals === undefined) return;
    const errands = Promise.all([this.upkeep(), this.followHistory()]);
    // told below; the readings stop meanwhile
    errands.catch(() => this.stop());
    try {
      await this.keepAll(totals);
    } finally {
      this.stop();
      await this.withGrace(errands);
    }
  }

  private async keepAll(totals: ArchiveTotals): Promise<void> {
    const { signal } = this.stopping;
    const deps = {
      ...this.deps,
      hurry: this.hurrying,
      measures: this.measures,
      signal,
      patiently: <T>(code: string, attempt: () => Promise<T>) => this.patiently(code, attempt),
    };
    const keeper = (this.keeper = new Keeper(deps, totals));
    const readAhead = new ReadAhead(deps, totals);
    let kept: Promise<boolean> = Promise.resolve(true);
    while (!signal.aborted) {
      const gathered = await readAhead.next(() => this.writing);
      this.ahead = gathered;
      if ((await this.withGrace(kept)) !== true) break;
      kept = this.keep(keeper, gathered);
    }
    await this.withGrace(kept);
    await keeper.commitRest();
  }

  private keep(keeper: Keeper, gathered: Gathered): Promise<boolean> {
    this.ahead = undefined;
    this.writing = true;
    const kept = keeper.keep(gathered).finally(() => {
      this.writing = false;
    });
    // a failure is met where the next batch waits for this one
    kept.catch(() => undefined);
    return kept;
  }

  /** Roll-ups and retention, in the pauses; a little of it even when there are none. */
  private upkeep(): Promise<void> {
    const { series, clock, pace } = this.deps;
    const round = () => series.maintain(clock.now(), pace.upkeepMs);
    const isBusy = () => this.writing || (this.ahead?.records ?? 0) > 0;
    return runErrand({ ...this.patience(ROLL_UPS), round, everyMs: UPKEEP_EVERY_MS, isBusy });
  }

  private async followHistory(): Promise<void> {
    const { history: deps, kinds } = this.deps;
    if (deps === undefined) return;
    const refused = (reasons: readonly string[]) => this.measures.historyRefused(reasons);
    const history = new History({ ...deps, kinds, refused });
    const round = () => history.step();
    await runErrand({ ...this.patience(HISTORY), round, everyMs: HISTORY_EVERY_MS, isBusy: () => false });
  }

  /** While the series store does not take readings, that is what there is to say of it. */
  private told(): Fault[] {
    const faults = [...this.faults.values()];
    const down = this.faults.get(SERIES_DOWN);
    if (down === undefined) return faults;
    const others = faults.filter(({ code }) => code !== SERIES_DOWN && !ERRANDS.has(code));
    return [{ ...down, detail: `${down.detail}; readings wait in the journal and follow when it is back` }, ...others];
  }

  /** What the errands met while the series store was away says nothing of now. */
  private forgetErrands(): void {
    for (const code of ERRANDS) this.faults.delete(code);
  }

  /** What the promise came to; `undefined` when it was told to stop and has waited long enough. */
  private async withGrace<T>(promise: Promise<T>): Promise<T | undefined> {
    const { signal } = this.stopping;
    const settled = new AbortController();
    const grace = async () => {
      await aborted(AbortSignal.any([signal, settled.signal]));
      const { clock } = this.deps;
      const rest = Math.max(0, this.stoppedAt + GRACE_MS - clock.monotonic());
      await sleep(clock, rest, settled.signal);
      return undefined;
    };
    try {
      return await Promise.race([promise, grace()]);
    } finally {
      settled.abort();
    }
  }

  private patience(code: string) {
    const { clock, random, pace } = this.deps;
    const { longestPauseMs } = pace;
    const { signal } = this.stopping;
    const retrying = () => this.measures.retried(code);
    return { clock, signal, faults: this.faults, code, subject: "archive", longestPauseMs, random, retrying };
  }

  private async patiently<T>(code: string, attempt: () => Promise<T>): Promise<T | undefined> {
    let failed = false;
    const patience = this.patience(code);
    const retrying = () => {
      failed = true;
      patience.retrying();
    };
    const result = await patiently(attempt, { ...patience, retrying });
    if (failed && code === SERIES_DOWN) this.forgetErrands();
    return result;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
