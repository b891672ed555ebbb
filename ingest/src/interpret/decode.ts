import { isAscii, isUtf8 } from "node:buffer";
import { parseTopic, type Topic } from "@linli/model";
import type { JournalRecord } from "@linli/stores";
import type { InterpretContext } from "./context.ts";
import { decoderFor } from "./decoders/index.ts";
import { deeperThan, MAX_DEPTH } from "./depth.ts";
import type { Message } from "./message.ts";

/** Largest payload that is parsed: what the broker lets through unless told otherwise. */
const MAX_PAYLOAD_BYTES = 1 << 20;
const DEVICES = "linli/v1/devices/";
const TELEMETRY = "/telemetry";

/** As `parseTopic`, with a short cut for what nearly every message is: a device's telemetry on its own topic. */
function topicOf({ topic, principal }: JournalRecord): Topic | undefined {
  const isOwn =
    topic.length === DEVICES.length + principal.length + TELEMETRY.length &&
    topic.startsWith(principal, DEVICES.length) &&
    topic.startsWith(DEVICES) &&
    topic.endsWith(TELEMETRY);
  return isOwn && principal !== "" ? { type: "telemetry", deviceId: principal } : parseTopic(topic);
}

function textOf(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(buffer)) return buffer.toString("latin1");
  return isUtf8(buffer) ? buffer.toString("utf8") : undefined;
}

/** Step 1: topic and bytes → raw readings, events, a status or a command's result. */
export function decode(message: Message, context: InterpretContext): void {
  const { record } = message;
  const topic = topicOf(record);
  const decoder = topic && decoderFor(topic.type);
  if (topic === undefined || decoder === undefined) return message.refuse("unknown-topic", "", record.topic);

  // the credential says who: only a topic that names a device can mean another one, and the broker checked that
  message.deviceId = "deviceId" in topic ? topic.deviceId : record.principal;
  const device = context.registry.device(message.deviceId);
  if (device === undefined || device.retiredAt !== null) {
    return message.refuse("unknown-device", "", message.deviceId);
  }
  message.device = device;

  if (record.payload.length === 0) return message.refuse("empty");
  if (record.payload.length > MAX_PAYLOAD_BYTES) {
    return message.refuse("too-large", "", `${record.payload.length} bytes`);
  }
  const text = textOf(record.payload);
  if (text === undefined) return message.refuse("not-utf8");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    return message.refuse(error instanceof RangeError ? "too-deep" : "not-json", "", text);
  }
  if (typeof body !== "object" || body === null) return message.refuse("not-an-object", "", body);
  decoder(body, topic, message);
  if (message.refused && deeperThan(body, MAX_DEPTH)) message.refuse("too-deep");
}
