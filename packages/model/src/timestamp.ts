import type { DeadLetterReason } from "./dead-letter.ts";
import { hours } from "./duration.ts";

/** Further ahead of its reception than this, a reading's time is not believed at all. */
const MAX_AHEAD = hours(24);
const DIGITS = /^\d{1,16}$/;
const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d))$/;
const MAX_DATE = 8.64e15;
const MAX_OFFSET_HOURS = 14;

/** Epoch milliseconds given as a whole number or as its digits; `undefined` for anything else. */
export function parseEpochMs(raw: unknown): number | undefined {
  const ms = typeof raw === "string" && DIGITS.test(raw.trim()) ? Number(raw) : raw;
  return typeof ms === "number" && Number.isSafeInteger(ms) && ms >= 0 && ms <= MAX_DATE ? ms : undefined;
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/**
 * ISO 8601 with `Z` or an offset to epoch ms; fractions beyond milliseconds are cut off. `undefined` without a zone
 * (whose clock would it be?), for a day or an hour that no calendar has, and before 1970.
 */
export function parseIsoTime(text: string): number | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  if (offsetMinutes > 59 || offsetHours * 60 + offsetMinutes > MAX_OFFSET_HOURS * 60) return undefined;
  const ms = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const offset = (match[8] === "-" ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * 60_000;
  const time = Date.UTC(year, month - 1, day, hour, minute, second, ms) - offset;
  return time < 0 ? undefined : time;
}

/**
 * Decides on the `ts` of a message received at `receivedAt` (both epoch ms). Seconds, micro- and nanoseconds are not
 * guessed: they land far in the past or the future and are refused there. A missing `ts` is the caller's case.
 */
export function checkTimestamp(
  ts: unknown,
  receivedAt: number,
  rawRetentionMs: number,
): { readonly observedAt: number } | { readonly reason: DeadLetterReason } {
  const observedAt = parseEpochMs(ts);
  if (observedAt === undefined) return { reason: "bad-timestamp" };
  if (observedAt - receivedAt > MAX_AHEAD) return { reason: "future-timestamp" };
  if (receivedAt - observedAt > rawRetentionMs) return { reason: "past-timestamp" };
  return { observedAt };
}
