import type { World } from "../world/world.ts";
import { clamp, DAY, type DeviceInfo, type DeviceModel, HOUR, MINUTE, round, type Values } from "./model.ts";
import { createVitals } from "./vitals.ts";

/** Where it hangs decides what it feels; the tag `setting`, `room` unless given. */
type Setting = "outdoor" | "garage" | "lobby" | "room";

/** How far a setting follows the weather outside (0–1) and where people would keep it. */
const FOLLOWS: Record<Setting, number> = { outdoor: 1, garage: 0.45, lobby: 0.35, room: 0.12 };

function settingOf(text: string | undefined): Setting {
  return text === "outdoor" || text === "garage" || text === "lobby" ? text : "room";
}

/** Air, light and noise at one spot; runs on a battery that lasts some five years. */
export function environmentSensor(device: DeviceInfo, world: World): DeviceModel {
  const noise = world.noise(device.id);
  const setting = settingOf(device.tags.setting);
  const vitals = createVitals(device, world, { batteryYears: 5, firmware: ["2.4.1", "2.3.9"], calibrated: true });
  const follows = FOLLOWS[setting];
  const offset = noise.unit(1) * 1.6 - 0.8;
  const slice = 2 * MINUTE;

  /** Somebody near: drawn anew every two minutes, as the motion detector holds that long. */
  const isMotion = (at: number) => {
    const quiet = setting === "room" && world.local.hour(at) < 7 ? 0.15 : 1;
    return noise.unit(Math.floor(at / slice), 2) < 0.75 * quiet * world.people.about.rate(at);
  };
  /** Crowd, smooth: the draw of the moment without its edges. */
  const crowd = (at: number) => clamp(world.people.about.rate(at) * (0.75 + 0.35 * noise.wave(at, HOUR, 3)), 0, 1.2);

  function temperature(at: number): number {
    // indoors the walls answer hours later, and heating and cooling hold the rest
    const outside = follows === 1 ? world.weather.temperature(at) : world.weather.temperature(at - 3 * HOUR);
    const kept = setting === "garage" ? 17 : outside > 24 ? 25.5 : 20.5;
    return follows * outside + (1 - follows) * kept + offset + 0.25 * noise.wave(at, 20 * MINUTE, 4);
  }

  function observe(at: number): Values {
    const busy = crowd(at);
    const outdoor = setting === "outdoor";
    const day = world.weather.illuminance(at);
    const lamps = setting === "garage" ? 60 : isMotion(at) || busy > 0.3 ? 240 : 5;
    const humidity = outdoor ? world.weather.humidity(at) : 50 + follows * (world.weather.humidity(at) - 60);
    const pm25 = world.weather.pm25(at) * (outdoor ? 1 : 0.55) + (setting === "garage" ? 9 * busy : 0);
    const fine = Math.max(1, pm25 + 1.5 * noise.wave(at, 30 * MINUTE, 5));
    return {
      ...vitals.observe(at),
      temperature: round(temperature(at), 1),
      humidity: round(clamp(humidity + 2 * noise.wave(at, HOUR, 6), 5, 99), 1),
      co2: Math.round(418 + (outdoor ? 12 : 620) * busy * (1 - 0.6 * follows) + 14 * noise.wave(at, 15 * MINUTE, 7)),
      pm1: round(fine * 0.62, 1),
      pm25: round(fine, 1),
      pm10: round(fine * (1.45 + 0.15 * noise.wave(at, 2 * HOUR, 8)), 1),
      tvoc: round(clamp(0.14 + 0.1 * busy + 0.05 * noise.wave(at, 3 * HOUR, 9), 0.01, 2), 3),
      formaldehyde: round(clamp(0.025 + 0.012 * noise.wave(at, DAY, 10), 0.002, 0.08), 3),
      co: round(clamp((setting === "garage" ? 2 + 4 * busy : 0.6) + 0.3 * noise.wave(at, HOUR, 11), 0, 30), 1),
      noiseLevel: round(34 + 20 * Math.min(1, busy) + 4 * noise.wave(at, 5 * MINUTE, 12), 1),
      illuminance: round(
        outdoor ? day : Math.min(900, day * (setting === "garage" ? 0 : 0.012)) + lamps,
        outdoor && day > 100 ? 0 : 1,
      ),
      motion: isMotion(at),
    };
  }

  return {
    every: 5 * MINUTE,
    observe,
    eventsBetween: () => [],
    nextChange: () => Infinity,
  };
}
