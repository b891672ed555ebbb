import { GYM_CLOSES, GYM_OPENS } from "../world/people.ts";
import type { World } from "../world/world.ts";
import { clamp, type DeviceInfo, type DeviceModel, HOUR, MINUTE, round, SECOND, type Values } from "./model.ts";
import { createVitals } from "./vitals.ts";

/** A gym's room: crowd by the hour, the air that the crowd breathes, light, door. */
export function gymRoom(device: DeviceInfo, world: World): DeviceModel {
  const noise = world.noise(device.id);
  const vitals = createVitals(device, world, { firmware: ["2.2.0"] });
  const capacity = Number(device.tags.capacity ?? 30) || 30;

  const isOpen = (at: number) => {
    const hour = world.local.hour(at);
    return hour >= GYM_OPENS && hour < GYM_CLOSES;
  };
  const share = (at: number) => world.people.gymCrowd.rate(at) * (0.85 + 0.3 * noise.wave(at, 25 * MINUTE, 1));

  function people(at: number): number {
    if (!isOpen(at)) return 0;
    return clamp(Math.round(capacity * share(at)), 0, capacity);
  }

  /** Air answers late: what the room held over the last hour, nearer moments counting more. */
  function breathed(at: number): number {
    let sum = 0;
    let weights = 0;
    for (let step = 0; step < 6; step++) {
      const weight = Math.exp(-step / 2.5);
      sum += weight * people(at - step * 10 * MINUTE);
      weights += weight;
    }
    return sum / weights / capacity;
  }

  /** The door swings for a few seconds, the more the busier. */
  function isDoorOpen(at: number): boolean {
    const slot = Math.floor(at / (15 * SECOND));
    return isOpen(at) && noise.unit(slot, 2) < 0.35 * share(at);
  }

  function observe(at: number): Values {
    const count = people(at);
    const load = breathed(at);
    const outside = world.weather.temperature(at - 2 * HOUR);
    const kept = isOpen(at) ? 22.5 : clamp(outside, 14, 28);
    return {
      ...vitals.observe(at),
      peopleCount: count,
      capacity,
      temperature: round(kept + 2.4 * load + 0.3 * noise.wave(at, 40 * MINUTE, 3), 1),
      humidity: round(
        clamp(47 + 9 * load + 0.1 * (world.weather.humidity(at) - 65) + 2 * noise.wave(at, HOUR, 4), 15, 95),
        1,
      ),
      co2: Math.round(425 + 760 * load + 18 * noise.wave(at, 12 * MINUTE, 5)),
      pm25: round(clamp(world.weather.pm25(at) * 0.4 + 6 * load, 1, 300), 1),
      noiseLevel: round(33 + (count > 0 ? 22 + 13 * load : 0) + 2.5 * noise.wave(at, 5 * MINUTE, 6), 1),
      doorState: isDoorOpen(at),
      sosPressed: false,
      lightsOn: isOpen(at),
      fallDetected: false,
    };
  }

  return {
    every: MINUTE,
    observe,
    eventsBetween: () => [],
    nextChange: () => Infinity,
    obey(name, args, at) {
      if (name === "unlockDoor") {
        const bend = (values: Values) => {
          values.doorState = true;
        };
        return { ok: true, effect: { name: "door", from: at, until: at + 10 * SECOND, bend } };
      }
      if (name !== "setRoomHvac" || typeof args.temperature !== "number") return undefined;
      const [target, until] = [args.temperature, typeof args.until === "number" ? args.until : at + HOUR];
      const bend = (values: Values, now: number) => {
        const reached = 1 - Math.exp(-(now - at) / (20 * MINUTE));
        if (typeof values.temperature === "number") {
          values.temperature = round(values.temperature + (target - values.temperature) * reached, 1);
        }
      };
      return { ok: true, effect: { name: "hvac", from: at, until, bend } };
    },
  };
}
