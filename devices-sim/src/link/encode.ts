import { formatTopic } from "@linli/model";
import type { Outgoing } from "../agent.ts";

/** Turns a message into the object that is sent; the plain form is `{ts, …body}`. */
export type Shape = (message: Outgoing) => Record<string, unknown>;

export interface Encoded {
  readonly topic: string;
  readonly payload: string;
}

/** Readings in one back-fill message: some ten kilobytes. */
export const BACKFILL_READINGS = 50;

const plain: Shape = (message) => ({ ts: Math.round(message.at), ...message.body });

const topicOf = (message: Outgoing) => formatTopic({ type: message.channel, deviceId: message.deviceId });

export function encode(message: Outgoing, shape: Shape = plain): Encoded {
  return { topic: topicOf(message), payload: JSON.stringify(shape(message)) };
}

/**
 * What waited while the line was down: the telemetry of each device becomes arrays, which the contract takes as
 * back-fill; everything else keeps its own message. Order within a device is kept.
 */
export function backfill(waiting: readonly (Encoded | Outgoing)[], shape: Shape = plain): (Encoded | Outgoing)[] {
  const arrays = new Map<string, Record<string, unknown>[]>();
  const result: (Encoded | Outgoing)[] = [];
  for (const item of waiting) {
    if ("topic" in item || item.channel !== "telemetry") result.push(item);
    else {
      const topic = topicOf(item);
      const readings = arrays.get(topic) ?? [];
      // without its own time an old reading would count as taken now
      readings.push({ ts: Math.round(item.at), ...shape(item) });
      arrays.set(topic, readings);
    }
  }
  for (const [topic, readings] of arrays) {
    for (let start = 0; start < readings.length; start += BACKFILL_READINGS) {
      result.push({ topic, payload: JSON.stringify(readings.slice(start, start + BACKFILL_READINGS)) });
    }
  }
  return result;
}
