import { alertIdSchema, type Device, ID_PATTERN, parseTopic } from "@linli/model";
import type { Principal } from "./principal.ts";

/** `receive` = a message on its way to a subscriber: checked again, for a session may outlive its rights. */
export type Action = "publish" | "subscribe" | "receive";

/**
 * `unknown-topic` is no topic of ours; `foreign-device` belongs to somebody else (or to nobody: the answer does not say
 * which ids exist); `wrong-direction` is ours to send or theirs to send; `out-of-scope` lies outside a token's places.
 */
type Denial =
  | "unknown-topic"
  | "system-topic"
  | "foreign-device"
  | "wrong-direction"
  | "out-of-scope"
  | "topic-too-long";
export type Verdict = "allowed" | Denial;

/** What the ACL has to know of the registry. */
export interface Relations {
  /** Undefined when there is none, or no longer. */
  device(id: string): Pick<Device, "gatewayId" | "placeId"> | undefined;
  /** True for the place itself too. */
  isWithin(placeId: string, ancestorId: string): boolean;
}

const MAX_TOPIC_LENGTH = 512;
const MAX_TOPIC_LEVELS = 16;
const COMMAND_FILTER = /^linli\/v1\/devices\/([^/]+)\/commands\/([^/]+)$/;
const INTEGRATOR_FILTER = /^linli\/v1\/(state|alerts)\/([^/]+)$/;

/** The device whose commands this filter or topic names; undefined when it is another form. */
export function commandDevice(filter: string): string | undefined {
  const match = COMMAND_FILTER.exec(filter);
  if (!match?.[1] || !match[2] || !ID_PATTERN.test(match[1])) return undefined;
  return match[2] === "+" || match[2] === "#" || ID_PATTERN.test(match[2]) ? match[1] : undefined;
}

function exceeds(topic: string): boolean {
  if (topic.length > MAX_TOPIC_LENGTH) return true;
  let levels = 1;
  for (let at = topic.indexOf("/"); at !== -1; at = topic.indexOf("/", at + 1)) levels++;
  return levels > MAX_TOPIC_LEVELS;
}

/** A device speaks for itself; a gateway also for the devices registered under it. */
function speaksFor(relations: Relations, principal: Principal, deviceId: string): boolean {
  if (principal.type !== "device") return false;
  const device = relations.device(deviceId);
  return device !== undefined && (deviceId === principal.id || device.gatewayId === principal.id);
}

function mayPublish(relations: Relations, principal: Principal, topic: string): Verdict {
  if (principal.type !== "device") return "wrong-direction";
  const parsed = parseTopic(topic);
  if (!parsed) return "unknown-topic";
  switch (parsed.type) {
    case "own-telemetry":
    case "own-attributes":
      return speaksFor(relations, principal, principal.id) ? "allowed" : "foreign-device";
    case "telemetry":
    case "event":
    case "status":
    case "command-result":
      return speaksFor(relations, principal, parsed.deviceId) ? "allowed" : "foreign-device";
    case "command":
    case "state":
    case "alert":
      return "wrong-direction";
  }
}

function seesDevice(relations: Relations, placeIds: readonly string[] | null, deviceId: string): boolean {
  if (placeIds === null) return true;
  const device = relations.device(deviceId);
  return device !== undefined && placeIds.some((placeId) => relations.isWithin(device.placeId, placeId));
}

/** Alerts name no device in their topic: only a token for everywhere may follow them. */
function mayListen(relations: Relations, principal: Principal, topic: string): Verdict {
  const match = INTEGRATOR_FILTER.exec(topic);
  if (!match?.[2]) return commandDevice(topic) === undefined ? "unknown-topic" : "wrong-direction";
  if (principal.type !== "integrator") return "wrong-direction";
  const [, branch, id] = match;
  const everything = id === "+" || id === "#";
  if (branch === "alerts") {
    if (!everything && !alertIdSchema.safeParse(id).success) return "unknown-topic";
    return principal.placeIds === null ? "allowed" : "out-of-scope";
  }
  if (!everything && !ID_PATTERN.test(id)) return "unknown-topic";
  return everything || seesDevice(relations, principal.placeIds, id) ? "allowed" : "out-of-scope";
}

/**
 * The one access rule, asked at publish, at subscribe and again at each delivery. Pure: the same arguments, the same
 * verdict; anything that is not plainly allowed is denied with its reason.
 */
export function decide(relations: Relations, principal: Principal, action: Action, topic: string): Verdict {
  if (exceeds(topic)) return "topic-too-long";
  if (topic.startsWith("$")) return "system-topic";
  if (action === "publish") return mayPublish(relations, principal, topic);
  const deviceId = principal.type === "device" ? commandDevice(topic) : undefined;
  if (deviceId === undefined) return mayListen(relations, principal, topic);
  return speaksFor(relations, principal, deviceId) ? "allowed" : "foreign-device";
}
