import type { Matchers } from "@linli/model";
import type { Subject } from "./world.ts";

const allows = (wanted: readonly string[] | undefined, given: string | undefined) =>
  wanted === undefined || (given !== undefined && wanted.includes(given));

/** Whether all that is given fits. A device that is gone from the registry fits nothing that asks for its kind or tags. */
export function matches(match: Matchers, { alert, device, placePath }: Subject): boolean {
  const { devices, tags = {} } = match;
  return (
    allows(match.rules, alert.ruleId) &&
    allows(devices, alert.deviceId) &&
    allows(match.kinds, device?.kind) &&
    allows(match.severities, alert.severity) &&
    (match.placeId === undefined || placePath.includes(match.placeId)) &&
    Object.entries(tags).every(([name, value]) => device?.tags[name] === value)
  );
}
