import type { Connection, Device, DeviceState, PointState, PointValue, Quality } from "@linli/model";
import type { Blindness } from "./blindness.ts";

/** A value older than this many cadences is stale. */
export const STALE_CADENCES = 3;

/** The newest value of one point. */
export interface WatchedPoint {
  value: PointValue;
  /** Of the value itself, whatever became of the device since. */
  base: "good" | "faulty" | "unknown";
  /** It became too old, and nothing newer has come. Says nothing while the device is offline. */
  stale: boolean;
  observedAt: number;
  receivedAt: number;
  /** Expected time between readings in ms; `undefined` = on change. */
  cadence: number | undefined;
}

/** All that watch holds of one device. */
export interface WatchedDevice {
  /** The registry entry that time-outs and cadences were taken from. */
  device: Device;
  lateAfter: number;
  offlineAfter: number;
  /** No deadline is nearer to a sign of life than this. */
  shortest: number;
  connection: Connection;
  connectionSince: number;
  lastSeenAt: number | null;
  readonly points: Map<string, WatchedPoint>;
  /** Open sessions of its own credential. */
  readonly sessions: Set<string>;
  /** When its last session, or its gateway's, broke; `undefined` = it did not. */
  lostAt: number | undefined;
  /** The earliest moment at which it is looked at. */
  wakeAt: number;
}

export function newWatchedDevice(device: Device): WatchedDevice {
  return {
    device,
    lateAfter: 0,
    offlineAfter: 0,
    shortest: 0,
    connection: "unknown",
    connectionSince: device.createdAt,
    lastSeenAt: null,
    points: new Map(),
    sessions: new Set(),
    lostAt: undefined,
    wakeAt: Number.POSITIVE_INFINITY,
  };
}

/** When the value becomes stale; never without a declared cadence. */
export function staleAt(point: WatchedPoint, blindness: Blindness): number {
  if (point.cadence === undefined || point.base !== "good") return Number.POSITIVE_INFINITY;
  return blindness.deadline(point.receivedAt, STALE_CADENCES * point.cadence);
}

/** Marks what has become too old by `time`; true when there was any. */
export function markStale(watched: WatchedDevice, time: number, blindness: Blindness): boolean {
  let marked = false;
  for (const point of watched.points.values()) {
    if (point.stale || staleAt(point, blindness) > time) continue;
    point.stale = true;
    marked = true;
  }
  return marked;
}

/** Offline says more than stale, and a value that cannot be true is no better for being fresh. */
function quality(watched: WatchedDevice, point: WatchedPoint): Quality {
  if (watched.connection === "offline") return "down";
  if (point.base !== "good") return point.base;
  return point.stale ? "stale" : "good";
}

/** What the world sees of it. */
export function toDeviceState(watched: WatchedDevice): DeviceState {
  const points: Record<string, PointState> = {};
  for (const [name, point] of watched.points) {
    const { value, observedAt, receivedAt } = point;
    points[name] = { value, quality: quality(watched, point), observedAt, receivedAt };
  }
  const { connection, connectionSince, lastSeenAt } = watched;
  return { deviceId: watched.device.id, connection, connectionSince, lastSeenAt, points };
}
