import { HOUR, MINUTE, round, type Values } from "../models/model.ts";
import { type FaultType, numberOf } from "./fault.ts";

function stand(values: Values, state: string): void {
  values.machineState = state;
  values.speed = 0;
  values.instantaneousPower = 0;
  if ("cadence" in values) values.cadence = 0;
  if ("stepRate" in values) values.stepRate = 0;
}

export const gymMachineFaults: Readonly<Record<string, FaultType>> = {
  motorOverheating: {
    lasts: 40 * MINUTE,
    fades: HOUR,
    bend(values, { elapsed, over, lasts, isOver }) {
      const reached = 1 - Math.exp(-Math.min(elapsed, lasts) / (6 * MINUTE));
      const rise = 62 * reached * Math.exp(-over / (15 * MINUTE));
      values.motorTemperature = round(numberOf(values, "motorTemperature", 24) + rise, 1);
      if (!isOver) values.motorCurrent = round(Math.max(numberOf(values, "motorCurrent", 1), 7) * 2.6, 2);
    },
  },
  /** The key is pulled, and nobody comes back. */
  safetyKey: {
    lasts: 10 * MINUTE,
    bend(values, { isOver }) {
      if (!isOver) stand(values, "stoppedBySafetyKey");
    },
    events: (from) => [{ at: from, type: "stoppedBySafetyKey" }],
  },
  error: {
    lasts: 3 * HOUR,
    bend(values, { isOver }) {
      if (isOver) return;
      stand(values, "error");
      values.errorCodes = [8, 21];
    },
  },
};

export const gymRoomFaults: Readonly<Record<string, FaultType>> = {
  sos: {
    lasts: 8 * MINUTE,
    bend(values, { isOver }) {
      if (!isOver) values.sosPressed = true;
    },
    events: (from) => [{ at: from, type: "sosPressed" }],
  },
  fall: {
    lasts: 5 * MINUTE,
    bend(values, { isOver }) {
      if (!isOver) values.fallDetected = true;
    },
    events: (from) => [{ at: from, type: "fallDetected" }],
  },
  /** Somebody is still inside, whatever the hour. */
  stayedBehind: {
    lasts: HOUR,
    bend(values, { isOver }) {
      if (isOver) return;
      values.peopleCount = Math.max(1, numberOf(values, "peopleCount", 0));
      values.lightsOn = true;
    },
  },
  /** The ventilation stands still. */
  co2: {
    lasts: 90 * MINUTE,
    fades: HOUR,
    bend(values, { elapsed, over, lasts }) {
      const rise = 1_350 * (1 - Math.exp(-Math.min(elapsed, lasts) / (25 * MINUTE))) * Math.exp(-over / (15 * MINUTE));
      values.co2 = Math.round(numberOf(values, "co2", 500) + rise);
    },
  },
};
