import { LinliError } from "@linli/model";

const DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"] as const;
const DAY_MINUTES = 1_440;
const RULE =
  /^(?:(?<days>(?:Mo|Tu|We|Th|Fr|Sa|Su)[A-Za-z,-]*) +)?(?<hours>\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*)$/;

/** Minutes since Monday 00:00, from and to (may be beyond the week's end). */
type Stretch = readonly [from: number, to: number];

function daysOf(text: string | undefined): number[] {
  if (text === undefined) return DAYS.map((_, index) => index);
  return text.split(",").flatMap((part) => {
    const [first, last = first] = part.split("-").map((day) => DAYS.indexOf(day as (typeof DAYS)[number]));
    if (first === undefined || last === undefined || first < 0 || last < 0) throw malformed(text);
    const length = ((last - first + DAYS.length) % DAYS.length) + 1;
    return Array.from({ length }, (_, step) => (first + step) % DAYS.length);
  });
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  const total = hours * 60 + minutes;
  if (minutes > 59 || total > DAY_MINUTES) throw malformed(clock);
  return total;
}

function malformed(text: string): LinliError {
  return new LinliError("invalid", `${text} are no opening hours: write such as "Mo-Fr 08:00-20:00; Sa 09:00-12:00"`);
}

/** Parses a subset of OSM's opening_hours: days, ranges of days, several stretches, over midnight, `24/7`. */
export function parseOpeningHours(text: string): readonly Stretch[] {
  if (text.trim() === "24/7") return [[0, DAYS.length * DAY_MINUTES]];
  return text.split(";").flatMap((part) => {
    const match = RULE.exec(part.trim());
    if (match?.groups === undefined) throw malformed(text);
    const { days, hours = "" } = match.groups;
    return daysOf(days).flatMap((day) =>
      hours.split(",").map((range): Stretch => {
        const [from = 0, to = 0] = range.split("-").map(minutesOf);
        const start = day * DAY_MINUTES + from;
        return [start, day * DAY_MINUTES + (to <= from ? to + DAY_MINUTES : to)];
      }),
    );
  });
}

/** Whether it is open at a moment, by the clock of the place. */
export function isOpen(stretches: readonly Stretch[], at: number, timeZone: string): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const minute = (local.dayOfWeek - 1) * DAY_MINUTES + local.hour * 60 + local.minute;
  const week = DAYS.length * DAY_MINUTES;
  return stretches.some(
    ([from, to]) => (minute >= from && minute < to) || (minute + week >= from && minute + week < to),
  );
}
