import type { DeadLetter, WriteOutcome } from "@linli/stores";

/** What happened since it was last asked; the process adds it up for /metrics. */
export interface ArchiveMeasures {
  readonly batches: number;
  readonly points: number;
  readonly records: number;
  /** By reason: that of the dead letter, or the class of what the series store said. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Of events and transitions what the series store will never take, by the class of what it said. */
  readonly historyRefused: Readonly<Record<string, number>>;
  /** Repeated attempts, by what was attempted. */
  readonly retries: Readonly<Record<string, number>>;
  /** How long each write to the series store took until it was safe, attempts and pauses apart. */
  readonly writeSeconds: readonly number[];
}

/** Further durations between two questions are left out. */
const MOST_DURATIONS = 1_000;

/** The classes of what series stores say of a point they refuse: few, whatever the wording. */
const CLASSES: readonly (readonly [RegExp, string])[] = [
  [/type conflict|already exists as type|is declared/i, "series-type-conflict"],
  [/retention|older than|too old/i, "series-outside-retention"],
  [/unable to parse|invalid (field|tag|number)|well-formed|finite/i, "series-unparsable"],
  [/max-|too many|more than \d+|exceed|limit/i, "series-too-many"],
];

function classOf(reason: string): string {
  return CLASSES.find(([pattern]) => pattern.test(reason))?.[1] ?? "series-other";
}

/** Counts in the archive's thread. */
export class Measures {
  private batches = 0;
  private points = 0;
  private records = 0;
  private rejected = new Map<string, number>();
  private history = new Map<string, number>();
  private retries = new Map<string, number>();
  private writeSeconds: number[] = [];

  written(records: number, outcome: WriteOutcome, refused: readonly DeadLetter[]): void {
    this.records += records;
    this.points += outcome.accepted;
    for (const { reason } of refused) count(this.rejected, reason);
    for (const { reason } of outcome.rejected) count(this.rejected, classOf(reason));
  }

  took(ms: number): void {
    this.batches++;
    if (this.writeSeconds.length < MOST_DURATIONS) this.writeSeconds.push(ms / 1_000);
  }

  historyRefused(reasons: readonly string[]): void {
    for (const reason of reasons) count(this.history, classOf(reason));
  }

  retried(what: string): void {
    count(this.retries, what);
  }

  take(): ArchiveMeasures {
    const { batches, points, records, rejected, history, retries, writeSeconds } = this;
    this.batches = this.points = this.records = 0;
    this.rejected = new Map();
    this.history = new Map();
    this.retries = new Map();
    this.writeSeconds = [];
    return {
      batches,
      points,
      records,
      rejected: Object.fromEntries(rejected),
      historyRefused: Object.fromEntries(history),
      retries: Object.fromEntries(retries),
      writeSeconds,
    };
  }
}

function count(into: Map<string, number>, key: string): void {
  into.set(key, (into.get(key) ?? 0) + 1);
}
