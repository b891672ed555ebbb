import { parseTopic, type Role } from "@linli/model";
import type { DeadLetter } from "@linli/stores";
import type { Identity } from "../../access/identity.ts";
import { covers, scopeOf } from "../../access/scope.ts";
import type { Parts } from "../../parts.ts";

/**
 * Whether a letter is the caller's to see (or, with a higher role, to replay): both its sender and the device that its
 * topic names are devices of the caller's places. What belongs to no known device is for those with the role everywhere.
 */
export function mayHandle(
  parts: Parts,
  who: Identity,
  role: Role,
  letter: Pick<DeadLetter, "principal" | "topic">,
): boolean {
  const scope = scopeOf(who.grants, role);
  if (scope === null) return true;
  const topic = parseTopic(letter.topic);
  const named = topic && "deviceId" in topic ? [topic.deviceId] : [];
  return [letter.principal, ...named].every((id) => {
    const device = parts.registry.device(id);
    return device !== undefined && covers(parts.registry, scope, device.placeId);
  });
}
