import type { LocalTime } from "./local-time.ts";

const DAY = 86_400_000;
const RAD = Math.PI / 180;
/** 2000-01-01 12:00 UTC, the epoch of the formulas. */
const J2000 = 946_728_000_000;

export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

export interface Sun {
  /** Degrees above the horizon, refraction left out. */
  elevation(at: number): number;
  /** When the sun passes `degrees` on a local day; undefined where it does not (polar day or night). */
  passes(day: number, degrees: number): { readonly rise: number; readonly set: number } | undefined;
}

/** The upper limb touches the horizon: 34' of refraction and 16' of radius. */
export const HORIZON = -0.833;

/**
 * Declination and equation of time in degrees after the low-precision solar coordinates of the Astronomical Almanac
 * (page C5; about 0.01° and 0.1 min between 1950 and 2050).
 */
function coordinates(at: number): { declination: number; equation: number } {
  const days = (at - J2000) / DAY;
  const meanLongitude = 280.46 + 0.9856474 * days;
  const anomaly = (357.528 + 0.9856003 * days) * RAD;
  const longitude = (meanLongitude + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * RAD;
  const obliquity = (23.439 - 0.0000004 * days) * RAD;
  const ascension = Math.atan2(Math.cos(obliquity) * Math.sin(longitude), Math.cos(longitude)) / RAD;
  const difference = (((meanLongitude - ascension) % 360) + 360) % 360;
  return {
    declination: Math.asin(Math.sin(obliquity) * Math.sin(longitude)) / RAD,
    equation: difference > 180 ? difference - 360 : difference,
  };
}

/** Dusk and dawn from date and position. */
export function createSun(site: Position, local: LocalTime): Sun {
  const sinLatitude = Math.sin(site.latitude * RAD);
  const cosLatitude = Math.cos(site.latitude * RAD);

  /** When the sun stands highest on the UTC day whose noon is given, with the equation of time of `at`. */
  const transit = (utcNoon: number, at: number) => utcNoon - ((site.longitude + coordinates(at).equation) / 360) * DAY;

  /** Refined with the sun's place at the passage itself, which is worth about a minute at the equinoxes. */
  const passage = (utcNoon: number, degrees: number, direction: -1 | 1): number | undefined => {
    let at = transit(utcNoon, utcNoon);
    for (let round = 0; round < 3; round++) {
      const { declination } = coordinates(at);
      const cosine =
        (Math.sin(degrees * RAD) - sinLatitude * Math.sin(declination * RAD)) /
        (cosLatitude * Math.cos(declination * RAD));
      if (cosine < -1 || cosine > 1) return undefined;
      at = transit(utcNoon, at) + direction * (Math.acos(cosine) / RAD / 360) * DAY;
    }
    return at;
  };

  return {
    elevation(at) {
      const { declination, equation } = coordinates(at);
      const hourAngle = (((at % DAY) / DAY) * 360 - 180 + site.longitude + equation) * RAD;
      const sine =
        sinLatitude * Math.sin(declination * RAD) + cosLatitude * Math.cos(declination * RAD) * Math.cos(hourAngle);
      return Math.asin(Math.max(-1, Math.min(1, sine))) / RAD;
    },
    passes(day, degrees) {
      // the UTC noon whose transit falls next to the site's own noon
      const utcNoon = Math.round((local.midnight(day) + (site.longitude / 360) * DAY) / DAY) * DAY + DAY / 2;
      const rise = passage(utcNoon, degrees, -1);
      const set = passage(utcNoon, degrees, 1);
      return rise === undefined || set === undefined ? undefined : { rise, set };
    },
  };
}
