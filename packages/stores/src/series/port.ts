import type { PointType, PointValue } from "@linli/model";
import type { Bucket, HistoryPage, HistoryQuery, KeptSince, RollUp, RollUpLevel } from "./history.ts";

/** Where a series belongs: the bounded facts that become tags. One shared object per device and placement. */
export interface SeriesOwner {
  readonly deviceId: string;
  readonly kind: string;
  readonly community: string;
  readonly compound: string;
  readonly building: string;
}

export interface SeriesPoint {
  readonly owner: SeriesOwner;
  readonly point: string;
  readonly type: PointType;
  readonly value: PointValue;
  /** observedAt, epoch ms: with device and point, the identity of what is stored. */
  readonly at: number;
  /** Outside what the sensor can say: stored and shown, left out of every aggregate. */
  readonly faulty?: boolean;
}

export interface WriteOutcome {
  /** Stored (or there already with the same value). */
  readonly accepted: number;
  /**
   * Of these, overwrote another value of the same identity: the last one given wins. A store that cannot look before it
   * writes counts those inside a batch and against the newest moment it wrote of each series.
   */
  readonly conflicts: number;
  /** Refused for good, by index in the batch: never a reason to lose a neighbour. */
  readonly rejected: readonly { readonly index: number; readonly reason: string }[];
}

/**
 * Something that happened, for those who look at the series store with tools of their own (annotations, history boards).
 * The truth of it is in the state store; told once more it is the same.
 */
export interface HistoryEntry {
  /** Tells it from another of the same device, type and moment; the same whenever it is told. */
  readonly id: string;
  readonly owner: SeriesOwner;
  /** `event`: reported by the device; `transition`: decided by the platform. */
  readonly measurement: "event" | "transition";
  /** What it is, of a bounded set: an event type that the kind declares, `connection`. */
  readonly type: string;
  /** What it is since then, of a bounded set; absent for an event. */
  readonly state?: string;
  readonly at: number;
  readonly data: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Writes series. `write` resolves when the batch is safe; rejects with LinliError `unavailable` when nothing is known to
 * be stored and the same batch must be given again. Writing a batch twice stores it once. One `write` at a time; the other
 * calls may come while it is under way.
 */
export interface SeriesWriter {
  write(batch: readonly SeriesPoint[]): Promise<WriteOutcome>;
  /** Does background work that is due (roll-ups, retention) for at most `budgetMs`; true when more is left. */
  maintain(now: number, budgetMs: number): Promise<boolean>;
  /**
   * Only where people look at the store with other tools. Safe when it resolves, as `write`, but for what the server will
   * never take, an entry or a fact of one: the reason for each.
   */
  writeHistory?(entries: readonly HistoryEntry[]): Promise<readonly string[]>;
  /**
   * Takes over from another store since when it keeps each level; a moment only ever moves forward. Readings of before
   * are refused from then on, roll-ups of before are not made anew. Safe when it resolves.
   */
  keepSince?(since: Partial<KeptSince>): Promise<void>;
  /**
   * Stores buckets as they are, in the place of what it had. Those where raw readings are kept are refused by index:
   * there the store rolls up by itself. Otherwise as `write`.
   */
  writeRollUps?(batch: readonly RollUp[]): Promise<WriteOutcome>;
  close(): Promise<void>;
}

export const AGGREGATES = ["mean", "min", "max", "sum", "count", "first", "last"] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/**
 * One row a moment: `[at, value]`, with a third member `"faulty"` for a raw value so flagged; for a bucket `at` is its
 * start and the value null when nothing can be computed.
 */
export type Sample = readonly [at: number, value: PointValue | null, flag?: "faulty"];

export interface RangeQuery {
  readonly deviceId: string;
  readonly points: readonly string[];
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** Most samples per point; more sets `truncated`. */
  readonly limit: number;
}

export interface AggregateQuery extends RangeQuery {
  readonly bucketMs: number;
  readonly fn: Aggregate;
}

export interface SeriesResult {
  readonly points: Readonly<Record<string, readonly Sample[]>>;
  readonly truncated: boolean;
  /** The level it was answered from: raw readings, or the roll-up that is left or that suffices. */
  readonly level: "raw" | "5m" | "1h";
}

/** Reads series without ever blocking the caller's event loop. Text points answer `count`, `first` and `last` only (code `invalid`). */
export interface SeriesReader {
  range(query: RangeQuery): Promise<SeriesResult>;
  aggregate(query: AggregateQuery): Promise<SeriesResult>;
  /** Newest sample per point of a device. */
  last(deviceId: string): Promise<Readonly<Record<string, Sample>>>;
  /** Names of the points ever stored for a device, in order. */
  points(deviceId: string): Promise<readonly string[]>;
  /** Every device of which anything was ever stored, in order. */
  devices(): Promise<readonly string[]>;
  /** Since when each level is kept. */
  keptSince?(): Promise<KeptSince>;
  /** The raw readings of all devices, faulty ones too. */
  readings?(query: HistoryQuery): Promise<HistoryPage<Sample>>;
  /** The roll-ups of all devices where raw readings are no longer kept; a bucket belongs to where it starts. */
  rollUps?(level: RollUpLevel, query: HistoryQuery): Promise<HistoryPage<Bucket>>;
  close(): Promise<void>;
}

export interface Retention {
  readonly rawMs: number;
  readonly fiveMinutesMs: number;
  readonly hourMs: number;
}
