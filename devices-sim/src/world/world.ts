import { createLampHours, type LampHours } from "./lamp-hours.ts";
import { createLocalTime, type LocalTime } from "./local-time.ts";
import { createNoise, type Noise } from "./noise.ts";
import { createPeople, type People } from "./people.ts";
import { createSun, type Position, type Sun } from "./sun.ts";
import { createWeather, type Weather } from "./weather.ts";

export interface Site extends Position {
  /** IANA name, such as `Asia/Shanghai`. */
  readonly timeZone: string;
}

/** All that the devices of one site share. A pure function of seed, site and time. */
export interface World {
  readonly local: LocalTime;
  readonly sun: Sun;
  readonly weather: Weather;
  readonly people: People;
  readonly lampHours: LampHours;
  /** The chance that belongs to one name, such as a device id. */
  noise(key: string): Noise;
}

export function createWorld(seed: number, site: Site): World {
  const local = createLocalTime(site.timeZone);
  const sun = createSun(site, local);
  return {
    local,
    sun,
    weather: createWeather(createNoise(seed, "weather"), local, sun),
    people: createPeople(local),
    lampHours: createLampHours(sun, local),
    noise: (key) => createNoise(seed, key),
  };
}
