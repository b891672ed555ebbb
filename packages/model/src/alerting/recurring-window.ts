import { z } from "zod";
import { days, durationSchema } from "../duration.ts";

const LOCAL_TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/;
const LONGEST = days(31);

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
}

export const timeZoneSchema = z.string().refine(isTimeZone, "no such time zone: an IANA name such as Asia/Shanghai");

/**
 * A stretch of time by the clock of a place, once or again and again. A local time that a place skips counts as the
 * moment that its old offset gives; of one that it has twice the first counts (RFC 5545).
 */
export const recurringWindowSchema = z
  .strictObject({
    /** The first time it begins, such as `2026-11-23T22:00`. */
    start: z.string().regex(LOCAL_TIME, "a local time such as 2026-11-23T22:00"),
    duration: durationSchema.refine((ms) => ms > 0 && ms <= LONGEST, "more than nothing, at most 31 days"),
    /** IANA name. */
    timeZone: timeZoneSchema,
    /** An RRULE of RFC 5545 without DTSTART, such as `FREQ=WEEKLY;BYDAY=TU,SA`. Absent = once. */
    repeat: z
      .string()
      .regex(/^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*$/, "an RRULE, FREQ first, days or longer")
      .optional(),
  })
  .meta({ id: "RecurringWindow" });
export type RecurringWindow = z.infer<typeof recurringWindowSchema>;
