import type { Arrivals } from "../world/arrivals.ts";
import type { Noise } from "../world/noise.ts";
import type { World } from "../world/world.ts";
import type { Stretch } from "./elevator-trip.ts";
import { DAY, HOUR, MINUTE, round, type Values } from "./model.ts";

/** EN 81-28: the way out of the car is tested by itself at least every three days. */
const INTERCOM_TEST = 2.5 * DAY;
/** Means over a journey. */
const RUN_HOURS = 0.011;
const JOURNEY_KWH = 0.032;
const STANDBY_KW = 0.055;

/** Counters, temperatures and ride quality of a lift: what weeks of journeys do to it. */
export function elevatorWear(
  noise: Noise,
  world: World,
  arrivals: Arrivals,
  installed: number,
): (at: number, journey: readonly Stretch[]) => Values {
  const tripsBefore = arrivals.before(arrivals.slotOf(installed));
  const testShift = Math.floor(noise.unit(1) * INTERCOM_TEST);

  return (at, journey) => {
    const slot = arrivals.slotOf(at);
    const rides = journey.filter(({ state }) => state === "closing");
    const isRidden = rides.length > 0 && (rides.at(-1)?.end ?? Infinity) <= at;
    const trips = Math.max(0, arrivals.before(slot) - tripsBefore + (isRidden ? 1 : 0));
    const doors = journey.length > 0 && !isRidden ? rides.filter(({ end }) => end <= at).length : 0;
    const busy = world.people.lift.rate(at - 10 * MINUTE) / 17;
    const room = 16 + 0.45 * (world.weather.temperature(at - 2 * HOUR) - 12);
    // guide shoes and ropes wear for 200,000 journeys, then they are adjusted
    const worn = (trips % 200_000) / 200_000;
    const vibration = 0.055 + 0.05 * worn;
    // told once per stop: a value of the latest finished journey
    const stop = trips;
    const axis = (channel: number, share: number) =>
      round(vibration * share * (0.9 + 0.2 * noise.unit(stop, channel)), 3);
    const tested = Math.floor((at - testShift) / INTERCOM_TEST) * INTERCOM_TEST + testShift;
    return {
      levellingError: round((2.5 + 3 * worn) * (noise.unit(stop, 2) * 2 - 1), 1),
      "vibrationRms.x": axis(3, 0.6),
      "vibrationRms.y": axis(4, 0.55),
      "vibrationRms.z": axis(5, 1),
      motorTemperature: round(room + 8 + 24 * busy + noise.wave(at, 5 * MINUTE, 6), 1),
      driveTemperature: round(room + 6 + 16 * busy + 0.8 * noise.wave(at, 7 * MINUTE, 7), 1),
      brakeTemperature: round(room + 3 + 12 * busy + 0.6 * noise.wave(at, 9 * MINUTE, 8), 1),
      machineRoomTemperature: round(room + 2 + 4 * busy, 1),
      tripCount: trips,
      doorCycleCount: trips * 2 + doors,
      runTime: round(trips * RUN_HOURS, 2),
      bendCount: trips * 6,
      energyActive: round(trips * JOURNEY_KWH + (Math.max(0, at - installed) / HOUR) * STANDBY_KW, 2),
      emergencyBatteryOk: true,
      intercomTestOk: true,
      intercomTestAt: tested,
    };
  };
}
