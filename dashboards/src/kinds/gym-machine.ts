import type { Choice } from "./choice.ts";

/** Use and wear of machines. */
export const gymMachine: Partial<Choice> = {
  leading: "motorTemperature",
  latest: [
    "machineState",
    "speed",
    "instantaneousPower",
    "usageHours",
    "sessionCount",
    "lastServiceAt",
    "motorTemperature",
    "beltVibration",
  ],
  states: ["machineState"],
  trends: ["motorTemperature", "motorCurrent", "beltVibration", "instantaneousPower", "speed", "elapsedTime"],
  rankings: [
    ["motorTemperature", "max"],
    ["beltVibration", "max"],
    ["motorCurrent", "max"],
  ],
  increases: ["usageHours", "sessionCount", "beltHours"],
  flags: ["mainsLost", "tamper"],
  long: ["motorTemperature", "beltVibration"],
};
