import type { Message, RawReading } from "../message.ts";

/** Readings of one message; a longer back-fill comes in several messages. */
const MAX_READINGS = 10_000;

const LIVE = { path: "", historical: false };

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Takes `{"ts", "seq", "values": {…}}` or the flat `{point: value}` (where `ts` and `seq` mean the same) as one reading.
 * `seq` only serves the device: a reading's identity is device, point and time.
 */
function readingOf(
  body: Record<string, unknown>,
  message: Message,
  at: { path: string; historical: boolean },
): RawReading {
  const { ts } = body;
  const wrapped = isPlainObject(body.values) && Object.hasOwn(body, "values");
  let values = body;
  if (wrapped) {
    values = body.values as Record<string, unknown>;
    for (const key in body) {
      if (key !== "ts" && key !== "seq" && key !== "values") {
        message.refuseField("not-an-object", at.path + key, body[key]);
      }
    }
  } else if (ts !== undefined || body.seq !== undefined) {
    const { ts: _ts, seq: _seq, ...rest } = body;
    values = rest;
  }
  const historical = at.historical && ts !== undefined;
  return { ts, historical, values, path: at.path, observedAt: undefined, drafts: [] };
}

/**
 * Takes one reading or an array of them. `backfill` says what an array means: for our own contract the past, told late;
 * elsewhere just several readings.
 */
export function takeReadings(body: object, message: Message, backfill: boolean): void {
  if (!Array.isArray(body)) {
    message.raw = [readingOf(body as Record<string, unknown>, message, LIVE)];
    return;
  }
  const items = body as readonly unknown[];
  const raw: RawReading[] = [];
  for (const [index, item] of items.entries()) {
    if (index === MAX_READINGS) {
      message.refuseField("too-large", `[${index}]`, `${items.length} readings`);
      break;
    }
    const path = `[${index}].`;
    if (isPlainObject(item)) raw.push(readingOf(item, message, { path, historical: backfill }));
    else message.refuseField("not-an-object", `[${index}]`, item);
  }
  message.raw = raw;
  if (raw.length === 0) message.refused = true;
  if (items.length === 0) message.refuse("empty", "", "[]");
}
