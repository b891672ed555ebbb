import type { Reading } from "@linli/model";
import type { DeviceView, PointView } from "../signal.ts";
import type { Look } from "./node.ts";

/**
 * How things stood when a reading was taken: it is its point's value, whatever is newer by now; of the other points
 * nothing is known but what they say today.
 */
export function asOf(look: Look, reading: Reading): Look {
  const { view } = look;
  const { value, quality, observedAt, receivedAt } = reading;
  const taken: PointView = { value, quality, observedAt, receivedAt, changedAt: observedAt };
  const then: DeviceView = {
    device: view.device,
    kind: view.kind,
    site: view.site,
    connection: view.connection,
    connectionSince: view.connectionSince,
    lastSeenAt: view.lastSeenAt,
    lastObservedAt: observedAt,
    point(name) {
      if (name === reading.point) return taken;
      const known = view.point(name);
      return known && { ...known, observedAt, changedAt: Math.min(known.changedAt, observedAt) };
    },
    pointNames: () => view.pointNames(),
  };
  return { ...look, view: then, at: observedAt, lateAfter: Number.POSITIVE_INFINITY };
}
