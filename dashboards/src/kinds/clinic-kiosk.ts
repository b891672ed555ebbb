import type { Choice } from "./choice.ts";

/** Use, waiting, instruments and the room; counts only, no reading of a person. */
export const clinicKiosk: Partial<Choice> = {
  leading: "networkLatency",
  latest: [
    "state",
    "videoConsultState",
    "occupied",
    "doctorWaitTime",
    "measurementSuccessRate",
    "printer.paperState",
    "selfTest.result",
    "selfTest.failed",
    "upsOnBattery",
    "appVersion",
  ],
  states: ["state", "videoConsultState", "peripheral.{name}.status", "printer.paperState"],
  trends: [
    "doctorWaitTime",
    "measurementSuccessRate",
    "cabinTemperature",
    "co2",
    "networkLatency",
    "packetLoss",
    "printer.paperLevel",
    "upsCharge",
  ],
  rankings: [
    ["doctorWaitTime", "max"],
    ["measurementSuccessRate", "min"],
    ["diskFree", "min"],
  ],
  increases: ["sessionCount", "peripheral.bpMonitor.cuffCycles"],
  flags: ["sosPressed", "upsOnBattery", "uvLampOn", "doorState", "mainsLost", "tamper"],
  long: ["doctorWaitTime", "measurementSuccessRate", "networkLatency", "diskFree"],
};
