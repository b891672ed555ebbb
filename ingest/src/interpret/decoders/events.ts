import type { Message } from "../message.ts";
import type { Decoder } from "./decoder.ts";
import { isPlainObject } from "./readings.ts";

const MAX_EVENTS = 1_000;

function takeEvent(item: unknown, path: string, message: Message): void {
  if (!isPlainObject(item)) return message.refuseField("bad-event", path, item);
  const { ts, seq, type, data } = item;
  message.rawEvents.push({ ts, seq, type, data, path: path === "" ? "" : `${path}.` });
}

/** `linli/v1/devices/{id}/event`: `{"ts"?, "seq"?, "type", "data"?}` or an array of these. */
export const decodeEvents: Decoder = (body, _topic, message) => {
  if (!Array.isArray(body)) return takeEvent(body, "", message);
  const items = body as readonly unknown[];
  if (items.length === 0) return message.refuse("empty", "", "[]");
  for (const [index, item] of items.slice(0, MAX_EVENTS).entries()) takeEvent(item, `[${index}]`, message);
  if (items.length > MAX_EVENTS) message.refuseField("too-large", `[${MAX_EVENTS}]`, `${items.length} events`);
};
