import type { Choice } from "./choice.ts";

/** Light, power and the pole. Very many: by compound at first. */
export const streetlight: Partial<Choice> = {
  leading: "activePower",
  latest: [
    "powerState",
    "status",
    "dimmingLevel",
    "activePower",
    "supplyVoltage",
    "powerFactor",
    "leakageCurrent",
    "tiltAngle",
    "lampOperatingHours",
  ],
  states: ["powerState", "status"],
  trends: ["activePower", "dimmingLevel", "supplyVoltage", "powerFactor", "controlGearTemperature", "illuminance"],
  rankings: [
    ["leakageCurrent", "max"],
    ["tiltAngle", "max"],
    ["supplyVoltage", "min"],
  ],
  increases: ["energyActive", "lampOperatingHours"],
  flags: [
    "lampFailure",
    "controlGearFailure",
    "dayBurner",
    "cycling",
    "controlGearCommunicationFailure",
    "lowVoltage",
    "highVoltage",
    "lowPowerFactor",
    "overallFailure",
    "doorOpen",
  ],
  long: ["activePower", "supplyVoltage", "leakageCurrent", "powerFactor"],
  per: "compound",
};
