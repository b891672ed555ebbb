import type { Words } from "./words.ts";

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

const zoned = (at: number, timeZone: string) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);

/** A moment by the site's clock; with its day unless that is today's. */
export function momentInWords(at: number, now: number, timeZone: string, words: Words): string {
  const then = zoned(at, timeZone);
  const clock = then.toPlainTime().toString().slice(0, 5);
  const isToday = then.toPlainDate().equals(zoned(now, timeZone).toPlainDate());
  return isToday
    ? words.moment(clock)
    : words.moment(clock, { month: then.month, day: then.day, weekday: then.dayOfWeek });
}

/** How long, in the two largest units; never negative. Days from 48 hours on: "30 h" is a night and a day. */
export function durationInWords(ms: number, words: Words): string {
  const length = Math.max(0, ms);
  const days = length >= 2 * DAY ? Math.floor(length / DAY) : 0;
  const rest = length - days * DAY;
  return words.duration({
    days,
    hours: Math.floor(rest / HOUR),
    minutes: Math.floor((rest % HOUR) / MINUTE),
    seconds: Math.floor((rest % MINUTE) / SECOND),
  });
}
