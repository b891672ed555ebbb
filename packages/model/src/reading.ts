import { z } from "zod";
import type { PointType, PointValue } from "./point.ts";

/**
 * `good` and `stale` values may be used; `faulty` = outside what the sensor can say; `down` = the device is offline;
 * `disabled` = switched off by a person; `unknown` = a point that neither the kind nor the device declares.
 */
export const QUALITIES = ["good", "stale", "faulty", "down", "disabled", "unknown"] as const;
export const qualitySchema = z.enum(QUALITIES).meta({ id: "Quality" });
export type Quality = z.infer<typeof qualitySchema>;

/** One value of one point of one device, in the kind's canonical unit. Times are epoch milliseconds. */
export interface Reading {
  readonly deviceId: string;
  readonly point: string;
  readonly type: PointType;
  readonly value: PointValue;
  readonly quality: Quality;
  /** By the device's clock, or receivedAt when it sent none. */
  readonly observedAt: number;
  /** When the broker had it; never decreases along the journal. */
  readonly receivedAt: number;
  /** Flagged by the device as back-fill: stored, raises no momentary alert, never moves "newest". */
  readonly historical: boolean;
}
