import type { LocalTime } from "./local-time.ts";
import type { Noise } from "./noise.ts";
import type { Sun } from "./sun.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface Weather {
  /** Outdoors, in the shade, Cel. */
  temperature(at: number): number;
  /** Relative, %. */
  humidity(at: number): number;
  /** 0 = clear … 1 = overcast. */
  clouds(at: number): number;
  /** Horizontal, outdoors, lx. */
  illuminance(at: number): number;
  /** Background of fine dust, ug/m3. */
  pm25(at: number): number;
}

const clamp = (value: number, from: number, to: number) => Math.max(from, Math.min(to, value));

/** The climate of the lower Yangtze: 17 °C on average, January 5, July 29; damp; fronts pass every few days. */
export function createWeather(noise: Noise, local: LocalTime, sun: Sun): Weather {
  const clouds = (at: number) =>
    clamp(0.55 + 0.75 * noise.wave(at, 2.5 * DAY, 1) + 0.25 * noise.wave(at, 3 * HOUR, 2), 0, 1);

  const temperature = (at: number) => {
    // the coldest days come about 24 January, the warmest half a year later
    const season = -Math.cos(((local.day(at) + local.hour(at) / 24 - 23.5) / 365.2425) * 2 * Math.PI);
    const daily = (5.5 - 3.5 * clouds(at)) * Math.cos(((local.hour(at) - 14.7) / 24) * 2 * Math.PI);
    const front = 4.2 * noise.wave(at, 4 * DAY, 3);
    return 17 + 12 * season + daily + front + 0.35 * noise.wave(at, HOUR / 2, 4);
  };

  return {
    temperature,
    clouds,
    humidity(at) {
      const daily = -11 * Math.cos(((local.hour(at) - 14.7) / 24) * 2 * Math.PI);
      return clamp(66 + daily + 22 * (clouds(at) - 0.5) + 7 * noise.wave(at, 9 * HOUR, 5), 18, 99);
    },
    illuminance(at) {
      const elevation = sun.elevation(at);
      const shade = 1 - 0.75 * clouds(at);
      // day: falls with the sine of elevation; twilight: 400 lx at sunset, 3.4 lx at the end of civil twilight
      if (elevation > 0) return shade * (400 + 108_000 * Math.sin((elevation * Math.PI) / 180) ** 1.25);
      return Math.max(0.2, shade * 400 * Math.exp(0.79 * elevation));
    },
    pm25(at) {
      const winter = Math.cos(((local.day(at) - 15) / 365.2425) * 2 * Math.PI);
      return clamp(30 + 12 * winter + 24 * noise.wave(at, 3 * DAY, 6) + 6 * noise.wave(at, 2 * HOUR, 7), 3, 220);
    },
  };
}
