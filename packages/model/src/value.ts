import type { DeadLetterReason } from "./dead-letter.ts";
import type { Point, PointValue } from "./point.ts";
import { parseEpochMs, parseIsoTime } from "./timestamp.ts";

/** `faulty`: well-formed, yet outside of what the sensor can say; it is kept and marked. */
export type CheckedValue =
  | { readonly value: PointValue; readonly faulty: boolean }
  | { readonly reason: DeadLetterReason };

type Declaration = Pick<Point, "type" | "range" | "values">;

const MAX_TEXT = 256;
const MAX_NUMBER_TEXT = 64;
/** Plain decimals as spreadsheets and programs write them. No hexadecimal, no comma, no dangling dot, no unit. */
const DECIMAL = /^\s*[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*$/;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  [1, true],
  [0, false],
  ["true", true],
  ["false", false],
  ["1", true],
  ["0", false],
  ["on", true],
  ["off", false],
  ["yes", true],
  ["no", false],
]);

function refused(reason: DeadLetterReason): CheckedValue {
  return { reason };
}

function inRange(value: number, { range }: Declaration): CheckedValue {
  return { value, faulty: range !== undefined && (value < range[0] || value > range[1]) };
}

function checkNumber(point: Declaration, raw: unknown): CheckedValue {
  let value: number;
  if (typeof raw === "number") value = raw;
  else if (typeof raw === "string" && raw.length <= MAX_NUMBER_TEXT && DECIMAL.test(raw)) value = Number(raw);
  else return refused("not-a-number");
  if (!Number.isFinite(value)) return refused("not-finite");
  if (point.type === "integer" && !Number.isSafeInteger(value)) return refused("not-an-integer");
  // Minus zero would make two equal readings differ byte for byte.
  return inRange(value === 0 ? 0 : value, point);
}

function checkBoolean(raw: unknown): CheckedValue {
  const value = BOOLEANS.get(typeof raw === "string" ? raw.trim().toLowerCase() : raw);
  return value === undefined ? refused("not-a-boolean") : { value, faulty: false };
}

function memberOf(values: readonly string[], raw: string): string | undefined {
  if (values.includes(raw)) return raw;
  const lower = raw.toLowerCase();
  return values.find((member) => member.toLowerCase() === lower);
}

function checkEnum({ values = [] }: Declaration, raw: unknown): CheckedValue {
  const value = typeof raw === "string" ? memberOf(values, raw) : undefined;
  return value === undefined ? refused("not-a-member") : { value, faulty: false };
}

function isText(raw: unknown): raw is string {
  return typeof raw === "string" && raw.length <= MAX_TEXT && !CONTROL.test(raw) && raw.isWellFormed();
}

function checkText(raw: unknown): CheckedValue {
  return isText(raw) ? { value: raw, faulty: false } : refused("not-text");
}

function checkTime(point: Declaration, raw: unknown): CheckedValue {
  const value = parseEpochMs(raw) ?? (typeof raw === "string" ? parseIsoTime(raw.trim()) : undefined);
  return value === undefined ? refused("not-a-time") : inRange(value, point);
}

/** Numbers by size, anything else by its letters: one set of codes has one text. */
function sorted(items: ReadonlySet<string>): string[] {
  const numeric = [...items].every((item) => DECIMAL.test(item));
  return [...items].toSorted((a, b) => (numeric ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1));
}

/** A list arrives as an array, or as the text it is stored as: CSV files have no arrays. */
function checkList({ values }: Declaration, raw: unknown): CheckedValue {
  const given: readonly unknown[] | undefined =
    typeof raw === "string" ? raw.split(",") : Array.isArray(raw) ? raw : undefined;
  if (given === undefined || given.length > MAX_TEXT) return refused("not-text");
  const items = new Set<string>();
  for (const entry of given) {
    const item = typeof entry === "string" ? entry.trim() : Number.isSafeInteger(entry) ? String(entry) : undefined;
    if (item === undefined || !isText(item) || (typeof raw !== "string" && item.includes(",")))
      return refused("not-text");
    if (item === "") continue;
    const member = values === undefined ? item : memberOf(values, item);
    if (member === undefined) return refused("not-a-member");
    items.add(member);
  }
  const value = sorted(items).join(",");
  return value.length > MAX_TEXT ? refused("not-text") : { value, faulty: false };
}

/**
 * Checks one value as sent against its declaration and gives it the form in which it is stored. Pure; nothing is
 * guessed: "31. Jul", "1,5" and "0x10" are no numbers, whatever they may have meant. The unit is not its business.
 */
export function checkValue(point: Declaration, raw: unknown): CheckedValue {
  if (raw === null || raw === undefined) return refused("null-value");
  switch (point.type) {
    case "number":
    case "integer":
      return checkNumber(point, raw);
    case "boolean":
      return checkBoolean(raw);
    case "enum":
      return checkEnum(point, raw);
    case "string":
      return checkText(raw);
    case "time":
      return checkTime(point, raw);
    case "list":
      return checkList(point, raw);
  }
}
