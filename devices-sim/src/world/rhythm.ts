import type { LocalTime } from "./local-time.ts";

/** What happens per hour of the day: 24 numbers, from midnight on. */
export type DayProfile = readonly number[];

/** A weekly rhythm that can be asked both how busy a moment is and, in closed form, how much has been until then. */
export interface Rhythm {
  /** Per hour. */
  rate(at: number): number;
  /** Integral of the rate since the first Monday of 1970; never falls. */
  total(at: number): number;
}

export function createRhythm(workday: DayProfile, weekend: DayProfile, local: LocalTime): Rhythm {
  const days = Array.from({ length: 7 }, (_, weekday) => (weekday < 5 ? workday : weekend));
  const beforeHour = [0];
  for (const day of days) {
    for (let hour = 0; hour < 24; hour++) beforeHour.push((beforeHour.at(-1) ?? 0) + (day[hour] ?? 0));
  }
  const week = beforeHour.at(-1) ?? 0;
  // day 4 was the first Monday
  const hours = (at: number) => (local.day(at) - 4) * 24 + local.hour(at);
  return {
    rate(at) {
      const day = days[local.weekday(local.day(at))];
      return day?.[Math.floor(local.hour(at))] ?? 0;
    },
    total(at) {
      const since = hours(at);
      const weeks = Math.floor(since / 168);
      const inWeek = since - weeks * 168;
      const whole = Math.floor(inWeek);
      const from = beforeHour[whole] ?? week;
      const to = beforeHour[whole + 1] ?? week;
      return weeks * week + from + (to - from) * (inWeek - whole);
    },
  };
}
