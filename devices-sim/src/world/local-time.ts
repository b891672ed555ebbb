const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Wall time at the site. Its rhythms follow standard time all year, so that a day always has 24 hours. */
export interface LocalTime {
  /** Days since 1970-01-01 by the site's calendar. */
  day(at: number): number;
  /** Hours since midnight, with fraction: 8.5 = 08:30. */
  hour(at: number): number;
  /** 0 = Monday … 6 = Sunday. */
  weekday(day: number): number;
  /** The moment a local day begins. */
  midnight(day: number): number;
}

/** Standard offset of a zone in ms, taken in January and July so that daylight saving on either side is left out. */
function standardOffset(timeZone: string): number {
  const offsets = [1, 7].map((month) => {
    const noon = Temporal.ZonedDateTime.from({ year: 2026, month, day: 15, hour: 12, timeZone });
    return noon.offsetNanoseconds / 1e6;
  });
  return Math.min(...offsets);
}

export function createLocalTime(timeZone: string): LocalTime {
  const offset = standardOffset(timeZone);
  const day = (at: number) => Math.floor((at + offset) / DAY);
  return {
    day,
    hour: (at) => (at + offset - day(at) * DAY) / HOUR,
    // 1970-01-01 was a Thursday
    weekday: (days) => (((days + 3) % 7) + 7) % 7,
    midnight: (days) => days * DAY - offset,
  };
}
