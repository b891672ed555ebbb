import type { Connection, Device, DeviceEvent, DeviceKind, PointState, PointValue, Reading } from "@linli/model";

/** The newest that is known of one point of a device. Moments are the device's own time unless they say otherwise. */
export interface PointView {
  readonly value: PointValue;
  readonly quality: PointState["quality"];
  readonly observedAt: number;
  readonly receivedAt: number;
  /** Since when it has had this value. */
  readonly changedAt: number;
}

/** Where a device stands on earth: what calendars and the sun go by. */
export interface Site {
  /** IANA name, such as `Asia/Shanghai`. */
  readonly timeZone: string;
  /** Degrees, north and east positive; absent = conditions on the sun are unknown. */
  readonly latitude?: number;
  readonly longitude?: number;
}

/** All that a rule may know of a device at the moment at which it is asked. */
export interface DeviceView {
  readonly device: Device;
  readonly kind: DeviceKind | undefined;
  readonly site: Site;
  readonly connection: Connection;
  readonly connectionSince: number;
  /** Last sign of life by the broker's time; null = never. */
  readonly lastSeenAt: number | null;
  /** The newest moment of which any reading of it spoke, by its own time: what reports on change stood until then. */
  readonly lastObservedAt: number | undefined;
  point(name: string): PointView | undefined;
  /** Names ever seen; `{slot}`-like names of rules stand for any of them that match. */
  pointNames(): Iterable<string>;
}

/** `newest`: it became its point's newest value; otherwise it came late, is a repeat, or was flagged as history. */
export interface TakenReading {
  readonly reading: Reading;
  readonly newest: boolean;
}

/**
 * What can move a rule on a device, in the order of the journal. `at` beside it is the journal's time (receivedAt): it
 * never decreases.
 */
export type Signal =
  /** The values of one message with one time, together; the view holds all that became newest already. */
  | { readonly type: "readings"; readonly readings: readonly TakenReading[] }
  | { readonly type: "event"; readonly event: DeviceEvent }
  /** A sign of life that says nothing else: a session, a status. */
  | { readonly type: "alive" }
  | { readonly type: "connection"; readonly from: Connection; readonly to: Connection }
  /** A point's value became too old to be believed: the view says so. */
  | { readonly type: "stale"; readonly point: string }
  /** A deadline that an earlier step asked for has come. */
  | { readonly type: "due" }
  /** We ourselves saw nothing for `gapMs`: whatever waits for silence or persistence waits that much longer. */
  | { readonly type: "blind"; readonly gapMs: number }
  /** A person closed the episode: a latched one for good, another by hand. */
  | { readonly type: "closed"; readonly by: string; readonly outcome: string }
  /** The rule in force was edited, disarmed or deleted (`undefined`), or this device's numbers were. */
  | { readonly type: "rule"; readonly by: string }
  /** The hardware was replaced: identity, alerts and latch stay, pending and cadence start anew. */
  | { readonly type: "replaced" }
  | { readonly type: "retired"; readonly by: string };
