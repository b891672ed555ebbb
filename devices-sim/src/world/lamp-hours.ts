import type { LocalTime } from "./local-time.ts";
import type { Sun } from "./sun.ts";

const HOUR = 3_600_000;

/** The sun is so far down (degrees) when a clear sky gives some 30 lx and lamps come on. */
const DUSK = -3.3;
/** Lamps are dimmed in the dead of night, local hours. */
const DIM_FROM = 23;
const DIM_UNTIL = 5;

/** A night's programme and, summed up, all nights since a start. */
export interface LampHours {
  /** Percent of full light that the programme wants. */
  level(at: number): number;
  /** The next change of the programme after `at`. */
  nextChange(at: number): number;
  /** Hours at full light and dimmed, and switchings on, since 2021; never fall. */
  since2021(at: number): { full: number; low: number; switches: number };
}

/** Percent of full light between the dimming hours. */
export const DIMMED = 50;

interface Day {
  readonly dawn: number;
  readonly dusk: number;
  readonly dimUntil: number;
  readonly dimFrom: number;
}

export function createLampHours(sun: Sun, local: LocalTime): LampHours {
  const first = local.day(Date.UTC(2021, 0, 1));
  const sums: { full: number; low: number; switches: number }[] = [{ full: 0, low: 0, switches: 0 }];
  const days = new Map<number, Day>();

  function dayOf(day: number): Day {
    let known = days.get(day);
    if (!known) {
      const midnight = local.midnight(day);
      const { rise, set } = sun.passes(day, DUSK) ?? { rise: midnight + 6 * HOUR, set: midnight + 18 * HOUR };
      const dimUntil = Math.min(rise, midnight + DIM_UNTIL * HOUR);
      const dimFrom = Math.max(set, midnight + DIM_FROM * HOUR);
      known = { dawn: rise, dusk: set, dimUntil, dimFrom };
      // the days around now are asked for again and again; the past is asked for once
      if (days.size > 400) days.clear();
      days.set(day, known);
    }
    return known;
  }

  function within(day: number, at: number): { full: number; low: number; switches: number } {
    const { dawn, dusk, dimUntil, dimFrom } = dayOf(day);
    const span = (from: number, to: number) => Math.max(0, Math.min(at, to) - from) / HOUR;
    return {
      low: span(local.midnight(day), dimUntil) + span(dimFrom, local.midnight(day + 1)),
      full: span(dimUntil, dawn) + span(dusk, dimFrom),
      switches: at >= dusk ? 1 : 0,
    };
  }

  return {
    level(at) {
      const { dawn, dusk, dimUntil, dimFrom } = dayOf(local.day(at));
      if (at >= dawn && at < dusk) return 0;
      return at < dimUntil || at >= dimFrom ? DIMMED : 100;
    },
    nextChange(at) {
      const day = local.day(at);
      const { dawn, dusk, dimUntil, dimFrom } = dayOf(day);
      const next = [dimUntil, dawn, dusk, dimFrom].filter((moment) => moment > at).toSorted((a, b) => a - b)[0];
      return next ?? dayOf(day + 1).dimUntil;
    },
    since2021(at) {
      const day = local.day(at);
      if (day < first) return { full: 0, low: 0, switches: 0 };
      for (let index = sums.length; index <= day - first; index++) {
        const before = sums[index - 1] ?? { full: 0, low: 0, switches: 0 };
        const whole = within(first + index - 1, Infinity);
        sums.push({
          full: before.full + whole.full,
          low: before.low + whole.low,
          switches: before.switches + whole.switches,
        });
      }
      const before = sums[day - first] ?? { full: 0, low: 0, switches: 0 };
      const today = within(day, at);
      return {
        full: before.full + today.full,
        low: before.low + today.low,
        switches: before.switches + today.switches,
      };
    },
  };
}
