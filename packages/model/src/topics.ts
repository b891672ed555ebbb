import { alertIdSchema } from "./alerting/alert.ts";
import { ID_PATTERN } from "./id.ts";

/** The MQTT contract's grammar. Every topic that Linli reads or writes is one of these. */
export type Topic =
  | { readonly type: "telemetry"; readonly deviceId: string }
  | { readonly type: "event"; readonly deviceId: string }
  | { readonly type: "status"; readonly deviceId: string }
  | { readonly type: "command"; readonly deviceId: string; readonly commandId: string }
  | { readonly type: "command-result"; readonly deviceId: string; readonly commandId: string }
  | { readonly type: "state"; readonly deviceId: string }
  | { readonly type: "alert"; readonly alertId: string }
  | { readonly type: "own-telemetry" } // v1/devices/me/telemetry: the credential says which device
  | { readonly type: "own-attributes" };

const DEVICES = "linli/v1/devices/";
const STATE = "linli/v1/state/";
const ALERTS = "linli/v1/alerts/";
const OWN_TELEMETRY = "v1/devices/me/telemetry";
const OWN_ATTRIBUTES = "v1/devices/me/attributes";

function id(text: string): string | undefined {
  return ID_PATTERN.test(text) ? text : undefined;
}

function parseDeviceTopic(rest: string): Topic | undefined {
  const levels = rest.split("/");
  const deviceId = id(levels[0] ?? "");
  if (deviceId === undefined) return undefined;
  const [, name, commandId] = levels;
  if (levels.length === 2) {
    return name === "telemetry" || name === "event" || name === "status" ? { type: name, deviceId } : undefined;
  }
  if (name !== "commands" || commandId === undefined || id(commandId) === undefined) return undefined;
  if (levels.length === 3) return { type: "command", deviceId, commandId };
  return levels.length === 4 && levels[3] === "result" ? { type: "command-result", deviceId, commandId } : undefined;
}

/** Parses a concrete topic (no wildcards); `undefined` when it is none of ours. */
export function parseTopic(topic: string): Topic | undefined {
  if (topic.startsWith(DEVICES)) return parseDeviceTopic(topic.slice(DEVICES.length));
  if (topic === OWN_TELEMETRY) return { type: "own-telemetry" };
  if (topic === OWN_ATTRIBUTES) return { type: "own-attributes" };
  if (topic.startsWith(STATE)) {
    const deviceId = id(topic.slice(STATE.length));
    return deviceId === undefined ? undefined : { type: "state", deviceId };
  }
  if (topic.startsWith(ALERTS)) {
    const alertId = alertIdSchema.safeParse(topic.slice(ALERTS.length)).data;
    return alertId === undefined ? undefined : { type: "alert", alertId };
  }
  return undefined;
}

/** The inverse of `parseTopic`. */
export function formatTopic(topic: Topic): string {
  switch (topic.type) {
    case "telemetry":
    case "event":
    case "status":
      return `${DEVICES}${topic.deviceId}/${topic.type}`;
    case "command":
      return `${DEVICES}${topic.deviceId}/commands/${topic.commandId}`;
    case "command-result":
      return `${DEVICES}${topic.deviceId}/commands/${topic.commandId}/result`;
    case "state":
      return `${STATE}${topic.deviceId}`;
    case "alert":
      return `${ALERTS}${topic.alertId}`;
    case "own-telemetry":
      return OWN_TELEMETRY;
    case "own-attributes":
      return OWN_ATTRIBUTES;
  }
}

const DRILL = /^linli\/v1\/internal\/drills\/([A-Za-z0-9-]{1,40})$/;

/** Where it is said that a person started a drill. Only the platform itself may. */
export function drillTopic(drillId: string): string {
  return `linli/v1/internal/drills/${drillId}`;
}

/** The inverse of `drillTopic`; `undefined` for any other topic. */
export function drillOf(topic: string): string | undefined {
  return DRILL.exec(topic)?.[1];
}

const CLOSED_ALERT = /^linli\/v1\/internal\/alerts\/([^/]+)\/close$/;

/** Where it is said that a person closed an alert. Only the platform itself may: it is none of the contract's topics. */
export function closingTopic(alertId: string): string {
  return `linli/v1/internal/alerts/${alertId}/close`;
}

/** The inverse of `closingTopic`; `undefined` for any other topic. */
export function closedAlertOf(topic: string): string | undefined {
  return CLOSED_ALERT.exec(topic)?.[1];
}
