import { DEVICE_KINDS, type DeviceKind, type PlaceLevel } from "@linli/model";
import type { Subject, World } from "../duty/world.ts";
import type { Words } from "./words.ts";

/** What people at the site need no telling. */
const ABOVE_THE_SITE: ReadonlySet<PlaceLevel> = new Set(["subdistrict", "community"]);
const ABOVE_A_BUILDING: ReadonlySet<PlaceLevel> = new Set([...ABOVE_THE_SITE, "compound"]);

/** Names of a path of places without the uppermost levels; never without any name where there is one. */
function named(path: readonly string[], without: ReadonlySet<PlaceLevel>, world: World): string[] {
  const places = path.flatMap((id) => world.places.get(id) ?? []);
  const kept = places.filter(({ level }) => !without.has(level));
  return (kept.length > 0 ? kept : places.slice(0, 1)).map(({ name }) => name);
}

/** From the compound down: enough to find it. */
export function wholePlace({ placePath }: Pick<Subject, "placePath">, world: World, words: Words): string {
  return words.place(named(placePath, ABOVE_THE_SITE, world));
}

/** From the building down: enough to know it. */
export function shortPlace({ placePath }: Pick<Subject, "placePath">, world: World, words: Words): string {
  return words.place(named(placePath, ABOVE_A_BUILDING, world));
}

/** Its name; the id of one that is gone from the registry. */
export function deviceName({ device, alert }: Subject): string {
  return device?.name ?? alert.deviceId;
}

export function kindOf({ device }: Subject): DeviceKind | undefined {
  return device && DEVICE_KINDS.get(device.kind);
}
