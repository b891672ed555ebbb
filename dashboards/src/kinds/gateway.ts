import type { Choice } from "./choice.ts";

/** Uplink and children: a gateway that loses its children makes them all look ill. */
export const gateway: Partial<Choice> = {
  leading: "childrenOnline",
  latest: [
    "uplink",
    "childrenOnline",
    "childrenCount",
    "batteryLevel",
    "mainsLost",
    "rssi",
    "firmwareVersion",
    "uptime",
  ],
  states: ["uplink", "mainsLost"],
  trends: ["childrenOnline", "rssi", "batteryLevel"],
  rankings: [
    ["childrenOnline", "min"],
    ["batteryLevel", "min"],
    ["rssi", "min"],
  ],
  increases: [],
  flags: ["mainsLost", "tamper"],
  long: ["childrenOnline", "rssi"],
};
