import type { parseOpeningHours } from "../calendar/opening-hours.ts";

const DAY_MINUTES = 1_440;
const WEEK_DAYS = 7;

/** Minutes of the week at which something opens or closes, by the number of the day (Monday = 0). */
function edgesByDay(stretches: ReturnType<typeof parseOpeningHours>): ReadonlyMap<number, readonly number[]> {
  const days = new Map<number, number[]>();
  for (const edge of stretches.flat()) {
    const day = Math.floor(edge / DAY_MINUTES) % WEEK_DAYS;
    days.set(day, [...(days.get(day) ?? []), edge % DAY_MINUTES]);
  }
  return days;
}

/**
 * The first moment after `at` at which opening hours may open or close: their edges by the clock on the wall (both
 * times when it shows one twice), and the moments at which the clock is put. Infinity when there is none.
 */
export function nextEdge(stretches: ReturnType<typeof parseOpeningHours>, at: number, timeZone: string): number {
  const now = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const clockPut = now.getTimeZoneTransition("next")?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
  const edges = edgesByDay(stretches);
  const today = now.toPlainDate();
  for (let ahead = -1; ahead <= WEEK_DAYS + 1; ahead++) {
    const day = today.add({ days: ahead });
    const moments = (edges.get(day.dayOfWeek - 1) ?? []).flatMap((minute) => {
      const wall = day.toPlainDateTime().add({ minutes: minute });
      return (["earlier", "later"] as const).map(
        (disambiguation) => wall.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds,
      );
    });
    const first = Math.min(...moments.filter((moment) => moment > at));
    if (Number.isFinite(first)) return Math.min(first, clockPut);
  }
  return clockPut;
}
