import { findPoint } from "@linli/model";
import type { DeviceView, PointView } from "../signal.ts";

export interface NamedPoint extends PointView {
  readonly name: string;
  /** Until when it is known to have had this value; the device's own time. */
  readonly heldUntil: number;
}

/** Values that may be judged: a stale, faulty or switched-off one says nothing. */
function isUsable({ quality }: PointView): boolean {
  return quality === "good" || quality === "unknown";
}

/** A segment in braces stands for any one segment. */
export function pointPattern(pattern: string): (name: string) => boolean {
  if (!pattern.includes("{")) return (name) => name === pattern;
  const escaped = pattern.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[A-Za-z0-9_-]+");
  const match = new RegExp(`^${escaped}$`);
  return (name) => match.test(name);
}

/**
 * What is measured in a rhythm is known for the moment of its measurement; what reports on change stands until the
 * device says otherwise, so whatever else it says confirms it.
 */
function named(view: DeviceView, name: string, point: PointView): NamedPoint {
  const measured = view.kind && findPoint(view.kind, name)?.cadence !== undefined;
  return {
    ...point,
    name,
    heldUntil: measured ? point.observedAt : Math.max(point.observedAt, view.lastObservedAt ?? 0),
  };
}

/** The device's points that a name or pattern stands for: usable ones, and whether there are others. */
export function pointsOf(
  view: DeviceView,
  pattern: string,
  matches: (name: string) => boolean,
): { readonly usable: readonly NamedPoint[]; readonly unusable: boolean } {
  const usable: NamedPoint[] = [];
  let unusable = false;
  const names = pattern.includes("{") ? [...view.pointNames()].filter(matches) : [pattern];
  for (const name of names) {
    const point = view.point(name);
    if (point === undefined) continue;
    if (isUsable(point)) usable.push(named(view, name, point));
    else unusable = true;
  }
  return { usable, unusable };
}
