import type { PointType, PointValue } from "@linli/model";
import type { SeriesOwner } from "./port.ts";
import { fitsType, plainType } from "./refusal.ts";
import type { Summary } from "./summary.ts";

/** Since when a store's level says everything it was ever told, epoch ms. What came before is given up for good. */
export interface KeptSince {
  readonly raw: number;
  readonly "5m": number;
  readonly "1h": number;
}

export type RollUpLevel = "5m" | "1h";

/** A store's whole history, page by page in order of time: for those who move it. */
export interface HistoryQuery {
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** About how many entries a page shall hold. A moment (a stretch of the store's own) is never cut in two. */
  readonly limit: number;
  /** Only these devices; absent = all. */
  readonly devices?: ReadonlySet<string>;
}

/** What is kept of the good values of one point in the bucket that begins at `start`. */
export interface Bucket {
  readonly start: number;
  readonly summary: Readonly<Summary>;
}

/** A piece of one point's history, in order of time. */
export interface StoredSeries<Entry> {
  readonly deviceId: string;
  readonly point: string;
  /** As last declared; a single older value may be of another. */
  readonly type: PointType;
  /** Where it belonged when it was written, if the store knows; a device that moved comes once for each place. */
  readonly owner?: SeriesOwner;
  readonly entries: readonly Entry[];
}

export interface HistoryPage<Entry> {
  readonly series: readonly StoredSeries<Entry>[];
  /** Everything of [from, next) is in this page; absent when it is everything up to `to`. */
  readonly next?: number;
}

/** A bucket on its way into another store. */
export interface RollUp extends Bucket {
  readonly owner: SeriesOwner;
  readonly point: string;
  readonly type: PointType;
  readonly level: RollUpLevel;
}

/** The type under which a value can be stored: the declared one, or the plainest when it was once another. */
export function typeFor(declared: PointType, value: PointValue): PointType {
  return fitsType(declared, value) ? declared : plainType(value);
}
