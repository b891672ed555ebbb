import type { Alert, Device, Place } from "@linli/model";
import type { Subject, World } from "./world.ts";

/** More levels than the model has: a circle in stored data must not hang us. */
const MOST_LEVELS = 16;

/** Ids of a device's place and of all above it, nearest first. */
export function pathOf(device: Device | undefined, places: ReadonlyMap<string, Place>): string[] {
  const path: string[] = [];
  for (let id: string | null = device?.placeId ?? null; id !== null && path.length < MOST_LEVELS; ) {
    path.push(id);
    id = places.get(id)?.parentId ?? null;
  }
  return path;
}

/** Looks up once what every decision about an alert asks for. */
export function subjectOf(alert: Alert, world: World): Subject {
  const device = world.device(alert.deviceId);
  // a version that is kept no more: its successor knows whose it is, too
  const rule = world.rule(alert.ruleId, alert.ruleVersion) ?? world.rule(alert.ruleId);
  return { alert, rule, device, placePath: pathOf(device, world.places) };
}
