import { createHash } from "node:crypto";
import type { EventDraft, Message } from "./message.ts";

/** JSON with sorted keys: a repeat may list them in another order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
}

function eventId(event: EventDraft): string {
  if (event.seq !== undefined) return `${event.deviceId}:seq:${event.seq}`;
  const digest = createHash("sha256").update(event.data === undefined ? "" : canonical(event.data));
  return `${event.deviceId}:${event.observedAt}:${event.type}:${digest.digest("hex").slice(0, 16)}`;
}

/**
 * Step 5: gives events their identity, (device, seq) or else (device, time, type, hash of data), so that a repeat is
 * recognised wherever it is stored. Readings have theirs already: device, point and time.
 */
export function deduplicate(message: Message): void {
  if (message.events.length === 0) return;
  const seen = new Set<string>();
  message.events = message.events.filter((event) => {
    event.id = eventId(event);
    if (seen.has(event.id)) return false;
    seen.add(event.id);
    return true;
  });
}
