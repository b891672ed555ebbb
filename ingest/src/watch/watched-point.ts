import type { PointView } from "@linli/alerting";
import type { PointValue, Quality } from "@linli/model";
import type { Blindness } from "./blindness.ts";

/** A value older than this many cadences is stale. */
export const STALE_CADENCES = 3;

/** What a value says of itself, whatever became of the device since. */
export type BaseQuality = "good" | "faulty" | "unknown";

/** The newest value of one point. */
export class WatchedPoint implements PointView {
  value: PointValue;
  base: BaseQuality;
  /** It became too old, and nothing newer has come. Says nothing while the device is offline. */
  stale = false;
  observedAt: number;
  receivedAt: number;
  changedAt: number;
  /** Expected time between readings in ms; `undefined` = on change. */
  cadence: number | undefined;
  private readonly device: { readonly isDown: boolean };

  constructor(
    device: { readonly isDown: boolean },
    first: Pick<PointView, "value" | "observedAt" | "receivedAt" | "changedAt"> & { readonly base: BaseQuality },
  ) {
    this.device = device;
    this.value = first.value;
    this.base = first.base;
    this.observedAt = first.observedAt;
    this.receivedAt = first.receivedAt;
    this.changedAt = first.changedAt;
  }

  /** Offline says more than stale, and a value that cannot be true is no better for being fresh. */
  get quality(): Quality {
    if (this.device.isDown) return "down";
    if (this.base !== "good") return this.base;
    return this.stale ? "stale" : "good";
  }

  /** When it becomes stale; never without a declared cadence. */
  staleAt(blindness: Blindness): number {
    if (this.cadence === undefined || this.base !== "good") return Number.POSITIVE_INFINITY;
    return blindness.deadline(this.receivedAt, STALE_CADENCES * this.cadence);
  }
}
