import { closingTopic } from "@linli/model";
import type { JournalEntry } from "@linli/stores";

export function entry(
  kind: JournalEntry["kind"],
  receivedAt: number,
  more: Partial<Omit<JournalEntry, "payload">> & { payload?: unknown } = {},
): JournalEntry {
  const { payload = "", principal = "", topic = "" } = more;
  const bytes =
    payload instanceof Uint8Array
      ? payload
      : Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
  return { kind, receivedAt, principal, topic, payload: bytes };
}

/** A message of a device on its own topic. */
export function published(deviceId: string, receivedAt: number, payload: unknown, leaf = "telemetry"): JournalEntry {
  return entry("publish", receivedAt, { principal: deviceId, topic: `linli/v1/devices/${deviceId}/${leaf}`, payload });
}

/** A person closes an alert. */
export function closed(alertId: string, receivedAt: number, payload: unknown, by = "person:li"): JournalEntry {
  return entry("push", receivedAt, { principal: by, topic: closingTopic(alertId), payload });
}
