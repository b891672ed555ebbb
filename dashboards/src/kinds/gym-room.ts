import type { Choice } from "./choice.ts";

/** Air, people and calls for help. */
export const gymRoom: Partial<Choice> = {
  leading: "peopleCount",
  latest: ["peopleCount", "capacity", "temperature", "humidity", "co2", "pm25", "noiseLevel", "doorState", "lightsOn"],
  states: ["doorState", "lightsOn", "sosPressed", "fallDetected"],
  trends: ["peopleCount", "co2", "temperature", "humidity", "pm25", "noiseLevel"],
  rankings: [
    ["co2", "max"],
    ["peopleCount", "max"],
    ["noiseLevel", "max"],
  ],
  increases: [],
  flags: ["sosPressed", "fallDetected", "mainsLost", "tamper"],
  long: ["peopleCount", "co2", "temperature", "noiseLevel"],
};
