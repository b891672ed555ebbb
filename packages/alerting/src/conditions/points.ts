import { findPoint } from "@linli/model";
import type { DeviceView, PointView } from "../signal.ts";
import type { Ground, Look } from "./node.ts";

/** Values that may be judged: a stale, faulty or switched-off one says nothing. */
export function isUsable({ quality }: Pick<PointView, "quality">): boolean {
  return quality === "good" || quality === "unknown";
}

/** A value that was good, and fell silent since. */
export function isLastWord({ kind }: DeviceView, name: string, { quality, value }: PointView): boolean {
  if (quality !== "stale" && quality !== "down") return false;
  const range = kind && findPoint(kind, name)?.range;
  return range === undefined || typeof value !== "number" || (value >= range[0] && value <= range[1]);
}

/** Whether a point is measured in a rhythm; otherwise it is reported when it changes. */
function isMeasured({ kind }: DeviceView, name: string): boolean {
  return kind !== undefined && findPoint(kind, name)?.cadence !== undefined;
}

/** Those of the points that are measured in a rhythm: once is not enough for what has to last. */
export function measuredOf(names: readonly string[]): (view: DeviceView) => Ground {
  return (view) => names.filter((name) => isMeasured(view, name));
}

/**
 * Until when a point is known to have had its value, by the device's time. What is measured in a rhythm is known for
 * the moment of its measurement; what reports on change stands until the device says otherwise, so whatever else it
 * says confirms it.
 */
export function heldUntil(view: DeviceView, name: string, { observedAt }: PointView): number {
  return isMeasured(view, name) ? observedAt : Math.max(observedAt, view.lastObservedAt ?? 0);
}

/** A measurement that was old when it came tells of the past; what reports on change stands, however late it is learned. */
export function isPast({ view, lateAfter }: Look, name: string, { receivedAt, observedAt }: PointView): boolean {
  return receivedAt - observedAt > lateAfter && isMeasured(view, name);
}

/** A segment in braces stands for any one segment. */
export function pointPattern(pattern: string): (name: string) => boolean {
  if (!pattern.includes("{")) return (name) => name === pattern;
  const escaped = pattern.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[A-Za-z0-9_-]+");
  const match = new RegExp(`^${escaped}$`);
  return (name) => match.test(name);
}
