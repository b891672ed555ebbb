import {
  createMetrics,
  type Deps,
  type Fault,
  type IngestDetails,
  type ProcessStatus,
  selfDescription,
} from "@linli/runtime";
import { type JournalReader, type ReadResult, START, type Transition } from "@linli/stores";
import { createArchiveMetrics } from "./archive/archive-metrics.ts";
import type { ArchiveThread } from "./archive/archive-thread.ts";
import { Rate } from "./rate.ts";
import type { WatchLoop } from "./watch/loop.ts";
import { createWatchMetrics } from "./watch/watch-metrics.ts";

/** Further behind than this for longer than that is told. */
const LAG_RECORDS = 50_000;
const LAG_FOR_MS = 10_000;
const LOOK_EVERY_MS = 1_000;

export interface Consumers {
  readonly watch: Pick<WatchLoop, "progress" | "states" | "hurry" | "rules" | "openAlerts">;
  readonly archive: Pick<ArchiveThread, "progress" | "hurry">;
  readonly journal: Pick<JournalReader, "end" | "bytesAfter">;
}

const NOT_YET: IngestDetails = {
  watch: { lag: 0, time: 0, sequence: 0 },
  archive: {
    ...{ lag: 0, written: 0, rejected: 0, conflicts: 0, deadLetters: 0, sequence: 0 },
    ...{ waitingBytes: 0, waitingMs: 0, perSecond: 0 },
  },
};

/** What ingest says of itself: how far both consumers are, and what is wrong. */
export class Health {
  private readonly deps: Deps;
  private readonly since: number;
  private readonly metrics = createMetrics("linli_ingest_");
  /** Takes what the archive's thread measured. */
  readonly archiveMeasured = createArchiveMetrics(this.metrics);
  private readonly watchDecided: (transitions: readonly Transition[], now: number) => void;
  private readonly behindSince = new Map<string, number>();
  private readonly archiveRate: Rate;
  private consumers: Consumers | undefined;
  private damage: Fault | undefined;
  private latest = NOT_YET;

  constructor(deps: Deps) {
    this.deps = deps;
    this.since = deps.clock.now();
    this.archiveRate = new Rate(deps.clock);
    const { metrics } = this;
    this.watchDecided = createWatchMetrics(metrics, () => this.consumers?.watch);
    metrics.gauge("watch_lag_records", "Journal records that watch has not read", () => this.latest.watch.lag);
    metrics.gauge("archive_lag_records", "Journal records that are not archived", () => this.latest.archive.lag);
    metrics.gauge("archive_written", "Readings stored", () => this.latest.archive.written);
    metrics.gauge("archive_rejected", "Values and messages refused", () => this.latest.archive.rejected);
    metrics.gauge("archive_conflicts", "Readings that overwrote another value", () => this.latest.archive.conflicts);
    metrics.gauge("dead_letters", "Dead letters kept", () => this.latest.archive.deadLetters);
    metrics.gauge(
      "archive_waiting_bytes",
      "Bytes of the journal that are not archived",
      () => this.latest.archive.waitingBytes,
    );
    metrics.gauge(
      "archive_waiting_seconds",
      "Age of the oldest reading that is not stored, 0 when none waits",
      () => this.latest.archive.waitingMs / 1_000,
    );
    metrics.gauge("series_up", "Whether the series store takes readings", () => (this.isSeriesUp() ? 1 : 0));
  }

  /** From now on these are reported on. */
  follow(consumers: Consumers): () => void {
    this.consumers = consumers;
    return this.deps.clock.every(LOOK_EVERY_MS, () => {
      this.look().catch((error: unknown) => this.deps.log.warn({ err: error }, "the journal's end is not readable"));
    });
  }

  /** Damage in the journal: skipped, never silently. */
  quarantined(damage: ReadResult["quarantined"]): void {
    for (const { file, offset, bytes, reason } of damage) {
      this.deps.log.error({ file, offset, bytes, reason }, "damaged journal record skipped");
      const detail = `${file} at ${offset}: ${bytes} bytes skipped, ${reason}`;
      this.damage = { code: "journal.quarantined", subject: "journal", detail, since: this.deps.clock.now() };
    }
  }

  /** What watch decided is on disk. */
  decided(transitions: readonly Transition[]): void {
    this.watchDecided(transitions, this.deps.clock.now());
  }

  /** Both consumers have committed everything before `sequence`; asks them to hurry while they have not. */
  isPast(sequence: number): boolean {
    if (this.consumers === undefined) return false;
    const { watch, archive } = this.consumers;
    const watchPast = watch.progress.committed.sequence >= sequence;
    const archivePast = (archive.progress?.sequence ?? -1) >= sequence;
    if (!watchPast) watch.hurry();
    if (!archivePast) archive.hurry();
    return watchPast && archivePast;
  }

  metricsText(): Promise<string> {
    return this.metrics.text();
  }

  async status(): Promise<ProcessStatus<IngestDetails>> {
    await this.look();
    return {
      ...selfDescription("ingest", this.since),
      ready: this.consumers?.archive.progress !== undefined,
      faults: this.faults(),
      details: this.latest,
    };
  }

  private isSeriesUp(): boolean {
    const faults = this.consumers?.archive.progress?.faults ?? [];
    return !faults.some(({ code }) => code === "series.unavailable");
  }

  private async look(): Promise<void> {
    if (this.consumers === undefined) return;
    const { watch, archive, journal } = this.consumers;
    const { position = START, oldest = null, ...counts } = archive.progress ?? {};
    const [{ sequence: last }, waitingBytes] = await Promise.all([journal.end(), journal.bytesAfter(position)]);
    const { time, sequence } = watch.progress;
    const { written, rejected, conflicts, deadLetters, sequence: archived } = { ...NOT_YET.archive, ...counts };
    this.latest = {
      watch: { lag: Math.max(0, last - sequence), time, sequence },
      archive: {
        lag: Math.max(0, last - archived),
        ...{ written, rejected, conflicts, deadLetters, sequence: archived },
        waitingBytes,
        waitingMs: oldest === null ? 0 : Math.max(0, this.deps.clock.now() - oldest),
        perSecond: this.archiveRate.at(archived),
      },
    };
    this.noteLag("watch", this.latest.watch.lag);
    this.noteLag("archive", this.latest.archive.lag);
  }

  private noteLag(consumer: string, lag: number): void {
    if (lag < LAG_RECORDS) this.behindSince.delete(consumer);
    else if (!this.behindSince.has(consumer)) this.behindSince.set(consumer, this.deps.clock.now());
  }

  private faults(): Fault[] {
    const faults = [
      ...(this.consumers?.watch.progress.faults ?? []),
      ...(this.consumers?.archive.progress?.faults ?? []),
    ];
    if (this.damage !== undefined) faults.push(this.damage);
    faults.push(...this.ruleFaults());
    for (const [subject, since] of this.behindSince) {
      if (this.deps.clock.now() - since < LAG_FOR_MS) continue;
      faults.push({ code: `${subject}.lagging`, subject, detail: this.lagDetail(subject), since });
    }
    return faults;
  }

  private ruleFaults(): Fault[] {
    const { unusable = [] } = this.consumers?.watch.rules ?? {};
    return unusable.map(({ ruleId, version, changedAt, problems }) => {
      const wrong = problems.map(({ field, message }) => `${field}: ${message}`).join("; ");
      return { code: "rule.unusable", subject: ruleId, detail: `version ${version}: ${wrong}`, since: changedAt };
    });
  }

  private lagDetail(subject: string): string {
    const { watch, archive } = this.latest;
    if (subject === "watch") return `${watch.lag} records behind`;
    const mebibytes = Math.ceil(archive.waitingBytes / 2 ** 20);
    return `${archive.lag} records (${mebibytes} MiB) behind, ${archive.perSecond} a second are stored`;
  }
}
