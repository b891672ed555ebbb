import type { Message, RawEvent } from "../message.ts";
import type { Decoder } from "./decoder.ts";
import { isPlainObject } from "./readings.ts";

const MAX_EVENTS = 1_000;

function eventOf(item: unknown, path: string, message: Message): RawEvent[] {
  if (isPlainObject(item)) {
    const { ts, seq, type, data } = item;
    return [{ ts, seq, type, data, path: path === "" ? "" : `${path}.` }];
  }
  message.refuseField("bad-event", path, item);
  return [];
}

/** `linli/v1/devices/{id}/event`: `{"ts"?, "seq"?, "type", "data"?}` or an array of these. */
export const decodeEvents: Decoder = (body, _topic, message) => {
  const items: readonly unknown[] = Array.isArray(body) ? body : [body];
  if (items.length === 0) message.refuse("empty", "", "[]");
  const path = (index: number) => (items === body ? `[${index}]` : "");
  message.rawEvents = items.slice(0, MAX_EVENTS).flatMap((item, index) => eventOf(item, path(index), message));
  if (items.length > MAX_EVENTS) message.refuseField("too-large", `[${MAX_EVENTS}]`, `${items.length} events`);
};
