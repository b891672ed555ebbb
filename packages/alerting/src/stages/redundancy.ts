import type { Device } from "@linli/model";
import type { Subject, World } from "../duty/world.ts";

/** So many neighbours in a row are worse than as many here and there. */
export const ADJACENT = 3;
const NUMBER = /^(.*?)(\d+)$/;
/** More to either side change nothing. */
const FURTHEST = 10;

/** The line that devices in a row hang on. */
function lineOf({ tags }: Device): string | undefined {
  return tags["circuit"] ?? tags["feeder"];
}

/**
 * Ids of the devices around one in an unbroken row, itself included, in order. In a row stand those on one circuit whose
 * ids end in consecutive numbers. `find` gives a device of which the question holds.
 */
export function neighboursOf(device: Device, find: (id: string) => Device | undefined): string[] {
  const [, prefix, digits] = NUMBER.exec(device.id) ?? [];
  const line = lineOf(device);
  if (prefix === undefined || digits === undefined || line === undefined) return [device.id];
  const towards = (step: 1 | -1): string[] => {
    const run: string[] = [];
    for (let distance = 1; distance <= FURTHEST; distance++) {
      const number = Number(digits) + step * distance;
      if (number < 0) break;
      const next = find(prefix + String(number).padStart(digits.length, "0"));
      if (next === undefined || lineOf(next) !== line) break;
      run.push(next.id);
    }
    return run;
  };
  return [...towards(-1).toReversed(), device.id, ...towards(1)];
}

/** The building whose devices stand in for each other. */
export function buildingOf({ placePath }: Subject, world: World): string | undefined {
  return placePath.find((id) => world.places.get(id)?.level === "building");
}

/** All devices of a kind at a place that are in use. */
export function devicesOfKind(kind: string, placeId: string, world: World): string[] {
  return [...world.devicesAt(placeId)].filter((id) => {
    const device = world.device(id);
    return device?.kind === kind && device.retiredAt === null;
  });
}
