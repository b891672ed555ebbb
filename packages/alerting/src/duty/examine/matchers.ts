import { DEVICE_KINDS, type Matchers } from "@linli/model";
import { type Examined, type Flaw, missing, refused } from "./flaw.ts";

/** What it names and is not there; what matches nothing does nothing, and nobody would notice. */
export function matcherFlaws({ kinds = [], devices = [], placeId }: Matchers, { world }: Examined): Flaw[] {
  return [
    ...missing("kind", kinds, "match.kinds", (id) => DEVICE_KINDS.has(id)),
    ...missing("device", devices, "match.devices", (id) => world.device(id) !== undefined),
    ...(placeId === undefined || world.places.has(placeId)
      ? []
      : [refused("gone", "match.placeId", `place ${placeId}`)]),
  ];
}

/** Whether it says which rules or devices are meant, besides where. */
export function isNarrow({ rules, devices, kinds, tags = {} }: Matchers): boolean {
  return [rules, devices, kinds].some((given) => given !== undefined) || Object.keys(tags).length > 0;
}
