import { MINUTE, SECOND, type Values } from "../models/model.ts";
import { type FaultType, keep } from "./fault.ts";

const POSITION = ["carPosition", "floorLabel"];
const COUNTERS = ["tripCount", "doorCycleCount", "runTime", "bendCount"];

/** The car hangs where it was, its door shut. */
function hang(values: Values, frozen: Readonly<Values>): void {
  keep(values, frozen, [...POSITION, ...COUNTERS]);
  values["carDoorStatus.1"] = "closed";
  values.carDriveStatus = "stationary";
  values.carMovingDirection = "stopped";
  values.carAssignedDirection = "none";
  values.carSpeed = 0;
  values.carDoorZone = false;
}

const labelOf = (frozen: Readonly<Values>) => String(frozen.floorLabel ?? "");

export const elevatorFaults: Readonly<Record<string, FaultType>> = {
  /** People between two floors; somebody presses the alarm after half a minute. */
  entrapment: {
    lasts: 20 * MINUTE,
    bend(values, { elapsed, frozen, isOver }) {
      if (isOver) return;
      hang(values, frozen);
      values.occupied = true;
      values.carLoad = 22;
      values.passengerAlarm = elapsed >= 30 * SECOND;
      values.faultSignals = ["carStoppedOutsideLandingZone"];
      values.vendorFaultCodes = ["E41"];
    },
    events: (from, frozen) => [{ at: from + 20 * SECOND, type: "entrapment", data: { floorLabel: labelOf(frozen) } }],
  },
  /** The most dangerous thing a lift can do; the controller then stops it for good. */
  doorOpenWhileMoving: {
    lasts: 15 * MINUTE,
    bend(values, { elapsed, frozen, isOver }) {
      if (isOver) return;
      hang(values, frozen);
      values["carDoorStatus.1"] = "open";
      values.occupied = elapsed < 40 * SECOND;
      values.faultSignals = ["safetyInterlockFault"];
      values.vendorFaultCodes = ["E15"];
      if (elapsed < 6 * SECOND) {
        values.carDriveStatus = "accelerate";
        values.carMovingDirection = "up";
        values.carSpeed = 0.3;
      } else {
        values.carMode = "outOfService";
      }
    },
    events: (from, frozen) => [
      { at: from + SECOND, type: "doorOpenWhileRunning", data: { floorLabel: labelOf(frozen) } },
    ],
  },
  /** A power cut takes lift and line with it: a last word, then silence with people inside. */
  blind: {
    lasts: 15 * MINUTE,
    bend(values, { frozen, isOver }) {
      if (isOver) return;
      hang(values, frozen);
      values.mainsLost = true;
      values.carMode = "emergencyPower";
      values.occupied = true;
      values.carLoad = 15;
      values.errorCodes = [2];
    },
    silences: (lasts) => [{ after: 3 * SECOND, lasts, how: "mute" }],
  },
};
