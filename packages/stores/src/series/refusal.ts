import type { PointType, PointValue } from "@linli/model";
import { FIVE_MINUTES, HOUR } from "./aggregate-query.ts";
import type { RollUp } from "./history.ts";
import type { SeriesPoint } from "./port.ts";

/** The moments that can be stored: 1970 up to, not including, 2200. */
const END_OF_TIME = Date.UTC(2200, 0, 1);
const MOST_CHARACTERS = { string: 256, enum: 256, list: 4_096 } as const;
const MOST_NAME = 256;

function nameRefusal(what: string, name: string): string | undefined {
  if (name.length === 0 || name.length > MOST_NAME) return `${what} must have 1 to ${MOST_NAME} characters`;
  return name.isWellFormed() ? undefined : `${what} is not well-formed Unicode`;
}

function textRefusal(type: keyof typeof MOST_CHARACTERS, value: unknown): string | undefined {
  if (typeof value !== "string") return `${typeof value} where ${type} is declared`;
  const most = MOST_CHARACTERS[type];
  // UTF-16 length first: it is free, and counting characters is needed only when it is over
  if (value.length > most && (value.length > 2 * most || Array.from(value).length > most)) {
    return `text of more than ${most} characters`;
  }
  return value.isWellFormed() ? undefined : "text is not well-formed Unicode";
}

/** Whether a value is one of the declared type. */
export function fitsType(type: PointType, value: PointValue): boolean {
  return valueRefusal({ type, value }) === undefined;
}

/** The plainest type that a value is of. */
export function plainType(value: PointValue): PointType {
  if (typeof value !== "string") return typeof value === "number" ? "number" : "boolean";
  return fitsType("string", value) ? "string" : "list";
}

function valueRefusal({ type, value }: Pick<SeriesPoint, "type" | "value">): string | undefined {
  switch (type) {
    case "number":
      if (typeof value !== "number") return `${typeof value} where number is declared`;
      return Number.isFinite(value) ? undefined : `${value} is not a finite number`;
    case "integer":
    case "time":
      if (typeof value !== "number") return `${typeof value} where ${type} is declared`;
      return Number.isInteger(value) ? undefined : `${value} is not an integer`;
    case "boolean":
      return typeof value === "boolean" ? undefined : `${typeof value} where boolean is declared`;
    case "string":
    case "enum":
    case "list":
      return textRefusal(type, value);
  }
}

/** Why a point can never be stored, whatever the adapter; `undefined` when it can. */
export function refusal(point: SeriesPoint): string | undefined {
  const { at } = point;
  if (!Number.isSafeInteger(at) || at < 0 || at >= END_OF_TIME) return `time ${at} cannot be stored`;
  return (
    valueRefusal(point) ?? nameRefusal("device id", point.owner.deviceId) ?? nameRefusal("point name", point.point)
  );
}

/** Why a bucket cannot be stored in a store that keeps raw readings since `rawFrom`; `undefined` when it can. */
export function rollUpRefusal({ owner, point, level, start, summary }: RollUp, rawFrom: number): string | undefined {
  const bucketMs = level === "5m" ? FIVE_MINUTES : HOUR;
  const { count, first, last } = summary;
  if (start >= rawFrom) return `raw readings are kept from ${new Date(rawFrom).toISOString()} on`;
  if (start < 0 || start % bucketMs !== 0) return `no bucket of ${level} starts at ${start}`;
  if (!Number.isSafeInteger(count) || count < 1) return `a bucket of ${count} values`;
  for (const [at, value] of [
    [summary.firstAt, first],
    [summary.lastAt, last],
  ] as const) {
    if (at < start || at >= start + bucketMs) return `${at} is not in the bucket that starts at ${start}`;
    const reason = refusal({ owner, point, type: plainType(value), value, at });
    if (reason !== undefined) return reason;
  }
  return undefined;
}
