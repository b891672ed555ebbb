import { Cadence } from "@linli/alerting";
import type { DeviceState } from "@linli/model";
import type { WatchedDevice } from "./watched-device.ts";

/** Stands among the rules' memories of a device: no rule has such a name. */
export const DEVICE_NOTE = "device";

/** More gaps in a stretch than these say nothing more. */
const GAPS_THAT_COUNT = 4;

/** What is kept of a device beside its state. It rarely changes while the device goes on as before. */
export interface DeviceNote {
  /** The version of the registry entry that its rules have seen. */
  readonly version: number;
  /** Since when a point has had its value, where that is not since its newest reading. */
  readonly changed: Readonly<Record<string, number>>;
  /** Of the stretch that is being looked at: since when, gaps, the longest. Then the longest of those before. */
  readonly rhythm?: readonly [since: number, gaps: number, longest: number, ...stretches: readonly number[]];
}

export function noteOf({ device, points, rhythm }: WatchedDevice): DeviceNote {
  const changed: Record<string, number> = {};
  for (const [name, { changedAt, observedAt }] of points) if (changedAt !== observedAt) changed[name] = changedAt;
  const kept = rhythm.save();
  if (kept === undefined) return { version: device.version, changed };
  const { since, gaps, longest, stretches } = kept;
  const counted = Math.min(gaps, GAPS_THAT_COUNT);
  return { version: device.version, changed, rhythm: [since, counted, longest, ...stretches] };
}

export function rhythmOf(note: DeviceNote | undefined, { lastSeenAt }: DeviceState): Cadence {
  if (note?.rhythm === undefined) return new Cadence();
  const [since, gaps, longest, ...stretches] = note.rhythm;
  return new Cadence({ last: lastSeenAt ?? since, since, gaps, longest, stretches });
}
