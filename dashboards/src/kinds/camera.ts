import type { Choice } from "./choice.ts";

/** Stream, recording and hardware; people as a count. */
export const camera: Partial<Choice> = {
  leading: "frameRate",
  latest: [
    "streamState",
    "recording",
    "frameRate",
    "bitrate",
    "latency",
    "storageHealth",
    "storageFree",
    "oldestRecordingAt",
    "clockOffset",
  ],
  states: ["streamState", "storageHealth", "recording", "irOn"],
  trends: [
    "frameRate",
    "bitrate",
    "latency",
    "storageFree",
    "housingTemperature",
    "cpuUsage",
    "peopleCount",
    "clockOffset",
  ],
  rankings: [
    ["latency", "max"],
    ["housingTemperature", "max"],
    ["frameRate", "min"],
  ],
  increases: ["authFailedCount"],
  flags: [
    "imageBlurry",
    "imageDark",
    "imageBright",
    "sceneChanged",
    "signalLoss",
    "storageFailure",
    "fanFailure",
    "powerSupplyFailure",
    "temperatureCritical",
  ],
  long: ["bitrate", "storageFree", "housingTemperature", "peopleCount"],
  per: "compound",
};
