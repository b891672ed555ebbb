import type { Choice } from "./choice.ts";

/** Use, wear and the rescue chain. */
export const elevator: Partial<Choice> = {
  leading: "carPosition",
  latest: [
    "carMode",
    "floorLabel",
    "carMovingDirection",
    "carDoorStatus.1",
    "carLoad",
    "occupied",
    "faultSignals",
    "inMaintenance",
    "emergencyBatteryOk",
    "intercomTestAt",
    "lastMaintenanceAt",
  ],
  states: ["carMode", "carDoorStatus.1", "carDriveStatus", "occupied"],
  trends: [
    "vibrationRms.{axis}",
    "carSpeed",
    "levellingError",
    "carLoad",
    "motorTemperature",
    "driveTemperature",
    "brakeTemperature",
    "machineRoomTemperature",
  ],
  rankings: [
    ["motorTemperature", "max"],
    ["machineRoomTemperature", "max"],
    ["levellingError", "max"],
  ],
  increases: ["tripCount", "doorCycleCount", "energyActive", "bendCount"],
  flags: ["passengerAlarm", "overspeed", "overTravel", "eBikeDetected", "mainsLost", "inMaintenance", "tamper"],
  long: ["motorTemperature", "levellingError", "vibrationRms.{axis}", "machineRoomTemperature"],
};
