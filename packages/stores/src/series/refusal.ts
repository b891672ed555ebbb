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

function valueRefusal({ type, value }: SeriesPoint): string | undefined {
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
