import type { Blindness } from "./blindness.ts";
import type { WatchedDevice } from "./watched-device.ts";

/**
 * A sign of life, for what is learned of the device's rhythm: while we heard nobody, or it had said that it would sleep,
 * there was no silence. True when its time-outs may be others from now on.
 */
export function keepRhythm(watched: WatchedDevice, at: number, blindness: Blindness): boolean {
  const { rhythm, lastSeenAt, connection } = watched;
  const before = rhythm.save()?.stretches;
  const since = lastSeenAt ?? at;
  rhythm.heard(at, connection === "sleeping" ? at - since : blindness.between(since, at));
  return before !== rhythm.save()?.stretches && before !== undefined;
}
