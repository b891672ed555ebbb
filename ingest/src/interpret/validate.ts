import {
  checkTimestamp,
  checkValue,
  type DeadLetterReason,
  type Device,
  isPersonalDataName,
  POINT_NAME,
  type PointType,
  type PointValue,
  type Quality,
} from "@linli/model";
import type { InterpretContext } from "./context.ts";
import type { Message, RawReading } from "./message.ts";
import { pointPlans } from "./point-plan.ts";
import { validateEvents } from "./validate-events.ts";

/** Valid as names, poisonous as keys of an object. */
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);
const TEXT = { type: "string" } as const;

function badName(name: string): DeadLetterReason | undefined {
  if (RESERVED.has(name) || !POINT_NAME.test(name)) return "bad-point-name";
  return isPersonalDataName(name) ? "personal-data" : undefined;
}

/** What an undeclared value is, going by JSON alone. */
function undeclared(value: unknown): { type: PointType; value: PointValue } | { reason: DeadLetterReason } {
  if (typeof value === "number") {
    return Number.isFinite(value) ? { type: "number", value: value + 0 } : { reason: "not-finite" };
  }
  if (typeof value === "boolean") return { type: "boolean", value };
  if (value === null) return { reason: "null-value" };
  if (typeof value !== "string") return { reason: "not-a-number" };
  const checked = checkValue(TEXT, value);
  return "reason" in checked ? checked : { type: "string", value: checked.value };
}

function keep(
  reading: RawReading,
  device: Device,
  point: string,
  is: { type: PointType; value: PointValue; quality: Quality },
) {
  reading.drafts.push({
    deviceId: device.id,
    point,
    type: is.type,
    value: is.value,
    quality: is.quality,
    observedAt: 0,
    receivedAt: 0,
    historical: reading.historical,
  });
}

interface Declarations {
  readonly device: Device;
  readonly planOf: ReturnType<typeof pointPlans>;
  readonly context: InterpretContext;
}

function validateValue(message: Message, reading: RawReading, name: string, declared: Declarations): void {
  const { device, planOf, context } = declared;
  const raw = reading.values[name];
  const plan = planOf(name);
  if (plan !== undefined) {
    const checked = checkValue(plan.sent, raw);
    if ("reason" in checked) return message.refuseField(checked.reason, reading.path + name, raw);
    const quality = checked.faulty ? "faulty" : "good";
    return keep(reading, device, name, { type: plan.point.type, value: checked.value, quality });
  }
  const bad = badName(name);
  if (bad !== undefined) return message.refuseField(bad, reading.path + name, raw);
  const checked = undeclared(raw);
  if ("reason" in checked) return message.refuseField(checked.reason, reading.path + name, raw);
  if (!context.memory.admit(device.id, name, context.limits.unknownPointsMax)) {
    return message.refuseField("too-many-points", reading.path + name, raw);
  }
  keep(reading, device, name, { ...checked, quality: "unknown" });
}

/** Step 2: names, types and times. One bad value is one dead letter; the good ones go on. */
export function validate(message: Message, context: InterpretContext): void {
  const { device } = message;
  if (device === undefined) return;
  const { receivedAt } = message.record;
  const declared = { device, planOf: pointPlans(device, context.kinds), context };
  for (const reading of message.raw) {
    if (reading.ts !== undefined) {
      const checked = checkTimestamp(reading.ts, receivedAt, context.limits.rawRetentionMs);
      if ("reason" in checked) {
        message.refuseField(checked.reason, `${reading.path}ts`, reading.ts);
        continue;
      }
      reading.observedAt = checked.observedAt;
    }
    for (const name in reading.values) validateValue(message, reading, name, declared);
  }
  if (message.rawEvents.length > 0) validateEvents(message, context);
}
