import { checkTimestamp, eventSchema, isPersonalDataName } from "@linli/model";
import type { InterpretContext } from "./context.ts";
import { isPlainObject } from "./decoders/readings.ts";
import { deeperThan, MAX_DEPTH } from "./depth.ts";
import type { EventDraft, Message, RawEvent } from "./message.ts";

/** Data of one event, as JSON text. */
const MAX_DATA_LENGTH = 16_384;

/** A copy without the fields that name personal data; `fields` receives their paths. */
function withoutPersonalData(value: unknown, path: string, fields: string[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => withoutPersonalData(item, `${path}[${index}]`, fields));
  if (!isPlainObject(value)) return value;
  const kept: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    const at = `${path}.${key}`;
    if (isPersonalDataName(key)) fields.push(at);
    else kept.push([key, withoutPersonalData(item, at, fields)]);
  }
  return Object.fromEntries(kept);
}

function validateData(message: Message, raw: RawEvent): EventDraft["data"] | "refused" {
  if (raw.data === undefined || raw.data === null) return undefined;
  const field = `${raw.path}data`;
  if (!isPlainObject(raw.data)) message.refuseField("bad-event", field, raw.data);
  else if (deeperThan(raw.data, MAX_DEPTH)) message.refuseField("too-deep", field, raw.data);
  else if (JSON.stringify(raw.data).length > MAX_DATA_LENGTH) message.refuseField("too-large", field, raw.data);
  else {
    const fields: string[] = [];
    const data = withoutPersonalData(raw.data, field, fields) as EventDraft["data"];
    for (const personal of fields) message.refuseField("personal-data", personal, "");
    return data;
  }
  return "refused";
}

/** -1 when it cannot be used. */
function validateTime(message: Message, raw: RawEvent, context: InterpretContext): number {
  const { receivedAt } = message.record;
  if (raw.ts === undefined) return receivedAt;
  const checked = checkTimestamp(raw.ts, receivedAt, context.limits.rawRetentionMs);
  if (!("reason" in checked)) return checked.observedAt;
  message.refuseField(checked.reason, `${raw.path}ts`, raw.ts);
  return -1;
}

/** The part of step 2 that is about events. */
export function validateEvents(message: Message, context: InterpretContext): void {
  const events: EventDraft[] = [];
  for (const raw of message.rawEvents) {
    const type = eventSchema.shape.type.safeParse(raw.type);
    if (!type.success) {
      message.refuseField("bad-event", `${raw.path}type`, raw.type);
      continue;
    }
    if (raw.seq !== undefined && !(Number.isSafeInteger(raw.seq) && (raw.seq as number) >= 0)) {
      message.refuseField("bad-event", `${raw.path}seq`, raw.seq);
      continue;
    }
    const observedAt = validateTime(message, raw, context);
    const data = observedAt === -1 ? "refused" : validateData(message, raw);
    if (data === "refused") continue;
    events.push({
      id: "",
      deviceId: message.deviceId,
      type: type.data,
      observedAt,
      receivedAt: message.record.receivedAt,
      ...(raw.seq !== undefined && { seq: raw.seq as number }),
      ...(data !== undefined && { data }),
      known: false,
    });
  }
  message.events = events;
}
