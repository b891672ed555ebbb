import { maintenanceOver, type Underway } from "../duty/maintenance.ts";
import type { Subject, World } from "../duty/world.ts";

/** Announced work in which an alert began: it mutes what begins inside it, never what was open before. */
export function beganInside(subject: Subject, world: World): boolean {
  return !subject.alert.lifeSafety && maintenanceOver(subject, subject.alert.openedAt, world) !== undefined;
}

/** What still keeps it from people: windows that overlap are one. */
export function underway(subject: Subject, now: number, world: World): Underway | undefined {
  return maintenanceOver(subject, now, world);
}

/** Those at work there are told of life safety too; the desk is told all the same. */
export function peopleOnSite(subject: Subject, now: number, world: World): readonly string[] {
  return subject.alert.lifeSafety ? (maintenanceOver(subject, now, world)?.onSite ?? []) : [];
}
