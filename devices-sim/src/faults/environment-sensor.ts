import { DAY, HOUR, MINUTE, round } from "../models/model.ts";
import { type FaultType, keep, numberOf } from "./fault.ts";

export const environmentSensorFaults: Readonly<Record<string, FaultType>> = {
  /** Told once a day, as the kind has it. */
  batteryDying: {
    lasts: 4 * DAY,
    bend(values, { elapsed, isOver }) {
      if (isOver) return;
      values.batteryLevel = Math.max(2, Math.round(18 - elapsed / (6 * HOUR)));
      values.errorCodes = [1];
    },
  },
  /** The probe no longer measures: the same air, to the last digit, for a day. */
  stuck: {
    lasts: DAY,
    bend(values, { frozen, isOver }) {
      if (!isOver) keep(values, frozen, ["temperature", "humidity", "co2", "pm25", "noiseLevel"]);
    },
  },
  /** An engine runs where the air does not change. */
  carbonMonoxide: {
    lasts: HOUR,
    fades: HOUR,
    bend(values, { elapsed, over, lasts }) {
      const rise = 190 * (1 - Math.exp(-Math.min(elapsed, lasts) / (12 * MINUTE))) * Math.exp(-over / (8 * MINUTE));
      values.co = round(numberOf(values, "co", 1) + rise, 1);
    },
  },
  offline: {
    lasts: HOUR,
    silences: (lasts) => [{ after: 0, lasts, how: "mute" }],
  },
};
