import type { Choice } from "./choice.ts";

/** Air, light, noise, and batteries that run for years. */
export const environmentSensor: Partial<Choice> = {
  leading: "temperature",
  latest: ["temperature", "humidity", "co2", "pm25", "noiseLevel", "illuminance", "motion", "batteryLevel", "rssi"],
  states: ["motion"],
  trends: ["temperature", "humidity", "co2", "pm25", "tvoc", "co", "noiseLevel", "illuminance"],
  rankings: [
    ["co2", "max"],
    ["co", "max"],
    ["batteryLevel", "min"],
  ],
  increases: [],
  flags: ["tamper"],
  long: ["temperature", "co2", "pm25", "batteryLevel"],
  per: "building",
};
