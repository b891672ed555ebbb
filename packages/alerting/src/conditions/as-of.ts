import type { Reading } from "@linli/model";
import type { DeviceView, PointView } from "../signal.ts";
import type { Look } from "./node.ts";

function asSeen({ value, quality, observedAt, receivedAt }: Reading): PointView {
  return { value, quality, observedAt, receivedAt, changedAt: observedAt };
}

/**
 * How things stood when readings of one moment were taken: they are their points' values, whatever is newer by now;
 * what another point says today counts if it has said so since before. What it said before its last change is forgotten.
 */
export function asOf(look: Look, readings: readonly Reading[]): Look {
  const { view } = look;
  const observedAt = readings[0]?.observedAt ?? look.at;
  const then: DeviceView = {
    device: view.device,
    kind: view.kind,
    site: view.site,
    connection: view.connection,
    connectionSince: view.connectionSince,
    lastSeenAt: view.lastSeenAt,
    lastObservedAt: observedAt,
    point(name) {
      const taken = readings.find((reading) => reading.point === name);
      if (taken !== undefined) return asSeen(taken);
      const known = view.point(name);
      if (known === undefined) return undefined;
      // field by field: a view's point may be more than a plain object
      const { value, quality, receivedAt, changedAt } = known;
      return changedAt <= observedAt
        ? { value, quality, observedAt, receivedAt, changedAt }
        : { value, quality: "stale", observedAt: known.observedAt, receivedAt, changedAt };
    },
    pointNames: () => view.pointNames(),
  };
  return { ...look, view: then, at: observedAt, lateAfter: Number.POSITIVE_INFINITY };
}
