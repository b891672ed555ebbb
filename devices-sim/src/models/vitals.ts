import type { World } from "../world/world.ts";
import { clamp, DAY, type DeviceInfo, HOUR, MINUTE, round, type Values } from "./model.ts";

/** What every device says of itself: radio, supply, versions, time since boot. */
export interface Vitals {
  observe(at: number): Values;
  /** How long the device had been installed, ms; never negative. */
  age(at: number): number;
}

/** Nothing was installed before this moment: 2021-01-01. */
const FIRST_INSTALLATION = 1_609_459_200_000;

/** Periods of the points in `observe`, ms. */
export const VITALS_EVERY: Readonly<Record<string, number>> = {
  rssi: 10 * MINUTE,
  batteryLevel: 6 * HOUR,
  uptime: HOUR,
};

export interface VitalsOptions {
  /** Years a battery lasts; absent = fed by the mains. */
  readonly batteryYears?: number;
  readonly firmware: readonly [string, ...string[]];
  /** Calibrated once a year. */
  readonly calibrated?: boolean;
}

const isoDate = (at: number) => new Date(at).toISOString().slice(0, 10);

export function createVitals(device: DeviceInfo, world: World, options: VitalsOptions): Vitals {
  const noise = world.noise(`${device.id}/vitals`);
  const installed = FIRST_INSTALLATION + noise.unit(1) * 4 * 365 * DAY;
  const signal = noise.int(-88, -58, 2);
  const restartEvery = (20 + noise.unit(3) * 40) * DAY;
  const serial = `${device.kind.slice(0, 2).toUpperCase()}${noise.int(10_000_000, 99_999_999, 4)}`;
  const firmware = noise.pick(options.firmware, 5);
  const bootBefore = (at: number) => Math.floor(Math.floor(at / restartEvery) * restartEvery);

  return {
    age: (at) => Math.max(0, at - installed),
    observe(at) {
      const values: Values = {
        rssi: Math.round(signal + 4 * noise.wave(at, 2 * HOUR, 1)),
        uptime: Math.floor((at - bootBefore(at)) / 1_000),
        lastBootAt: bootBefore(at),
        tamper: false,
        errorCodes: [],
        firmwareVersion: firmware,
        hardwareVersion: "1.2",
        serialNumber: serial,
      };
      if (options.batteryYears === undefined) {
        values.mainsLost = false;
      } else {
        const life = options.batteryYears * 365 * DAY;
        const used = (Math.max(0, at - installed) % (0.8 * life)) / life;
        values.batteryLevel = round(clamp(100 - 100 * used + 0.5 * noise.wave(at, DAY, 2), 0, 100), 0);
      }
      if (options.calibrated) {
        const sinceCalibration = (Math.max(0, at - installed) + noise.unit(6) * 300 * DAY) % (350 * DAY);
        values.dateLastCalibration = isoDate(at - sinceCalibration);
      }
      return values;
    },
  };
}
