import type { World } from "../world/world.ts";
import { clamp, DAY, type DeviceInfo, HOUR, round, type Values } from "./model.ts";

/** What every device says of itself: radio, supply, versions, time since boot. */
export interface Vitals {
  observe(at: number): Values;
  /** When it was put in place. */
  readonly installed: number;
}

/** Nothing was put in place before this year. */
const FIRST_YEAR = 2021;

export interface VitalsOptions {
  /** Years a battery lasts; absent = fed by the mains. */
  readonly batteryYears?: number;
  readonly firmware: readonly [string, ...string[]];
  /** Calibrated once a year. */
  readonly calibrated?: boolean;
}

export function createVitals(device: DeviceInfo, world: World, options: VitalsOptions): Vitals {
  const noise = world.noise(`${device.id}/vitals`);
  const year = Math.max(FIRST_YEAR, Number(device.tags.installed) || FIRST_YEAR);
  const installed = Date.UTC(year, 0) + noise.int(0, 364, 1) * DAY;
  const signal = noise.int(-88, -58, 2);
  const restartEvery = Math.round((20 + noise.unit(3) * 40) * DAY);
  const serial = `${device.kind.slice(0, 2).toUpperCase()}${noise.int(10_000_000, 99_999_999, 4)}`;
  const firmware = noise.pick(options.firmware, 5);
  const calibrationShift = Math.floor(noise.unit(6) * 350) * DAY;

  return {
    installed,
    observe(at) {
      const boot = Math.floor(at / restartEvery) * restartEvery;
      const values: Values = {
        rssi: Math.round(signal + 4 * noise.wave(at, 2 * HOUR, 1)),
        uptime: Math.floor((at - boot) / 1_000),
        lastBootAt: boot,
        tamper: false,
        errorCodes: [],
        firmwareVersion: firmware,
        hardwareVersion: "1.2",
        serialNumber: serial,
      };
      if (options.batteryYears === undefined) {
        values.mainsLost = false;
      } else {
        // changed in good time, so that a healthy fleet raises nothing
        const life = options.batteryYears * 365 * DAY;
        const used = (Math.max(0, at - installed) % (0.7 * life)) / life;
        values.batteryLevel = round(clamp(100 - 100 * used, 0, 100), 0);
      }
      if (options.calibrated) {
        const since = (Math.max(0, at - installed) + calibrationShift) % (350 * DAY);
        values.dateLastCalibration = new Date(Math.floor((at - since) / DAY) * DAY).toISOString();
      }
      return values;
    },
  };
}
