import { Cadence, type DeviceRules, type DeviceView, type Site } from "@linli/alerting";
import type { Connection, Device, DeviceKind, DeviceState, PointState } from "@linli/model";
import type { Blindness } from "./blindness.ts";
import type { WatchedPoint } from "./watched-point.ts";

/** All that watch holds of one device; what its rules may know of it is a part of that. */
export class WatchedDevice implements DeviceView {
  /** The registry entry that time-outs and cadences were taken from. */
  device: Device;
  kind: DeviceKind | undefined;
  readonly site: Site;
  readonly rules: DeviceRules;
  /** How often it is heard of. */
  readonly rhythm: Cadence;
  lateAfter = 0;
  offlineAfter = 0;
  /** No deadline is nearer to a sign of life than this. */
  shortest = 0;
  connection: Connection = "unknown";
  connectionSince: number;
  lastSeenAt: number | null = null;
  lastObservedAt: number | undefined;
  readonly points = new Map<string, WatchedPoint>();
  /** Open sessions of its own credential. */
  readonly sessions = new Set<string>();
  /** When its last session, or its gateway's, broke; `undefined` = it did not. */
  lostAt: number | undefined;
  /** The earliest moment at which it is looked at. */
  wakeAt = Number.POSITIVE_INFINITY;
  /** The text of its note as it was last stored. */
  note: string | undefined;

  constructor(device: Device, { site, rules, rhythm = new Cadence() }: WatchedDeviceParts) {
    this.device = device;
    this.connectionSince = device.createdAt;
    this.site = site;
    this.rules = rules;
    this.rhythm = rhythm;
  }

  get isDown(): boolean {
    return this.connection === "offline";
  }

  point(name: string): WatchedPoint | undefined {
    return this.points.get(name);
  }

  pointNames(): Iterable<string> {
    return this.points.keys();
  }

  /** Marks what has become too old by `time`, and returns the names, in order. */
  markStale(time: number, blindness: Blindness): readonly string[] {
    const marked: string[] = [];
    for (const [name, point] of this.points) {
      if (point.stale || point.staleAt(blindness) > time) continue;
      point.stale = true;
      marked.push(name);
    }
    return marked.sort();
  }

  /** What the world sees of it. */
  toDeviceState(): DeviceState {
    const points: Record<string, PointState> = {};
    for (const [name, { value, quality, observedAt, receivedAt }] of this.points) {
      points[name] = { value, quality, observedAt, receivedAt };
    }
    const { connection, connectionSince, lastSeenAt } = this;
    return { deviceId: this.device.id, connection, connectionSince, lastSeenAt, points };
  }
}

export interface WatchedDeviceParts {
  readonly site: Site;
  readonly rules: DeviceRules;
  readonly rhythm?: Cadence;
}
