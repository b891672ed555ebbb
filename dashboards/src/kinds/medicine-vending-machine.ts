import type { Choice } from "./choice.ts";

/** The cold chain first, then goods and sales. */
export const medicineVendingMachine: Partial<Choice> = {
  leading: "compressorDuty",
  latest: [
    "workingStatus",
    "saleState",
    "compartment.1.temperature",
    "compartment.1.mkt24h",
    "compartment.1.minutesAbove8in24h",
    "doorOpen",
    "compressorOn",
    "activeEvaDtsCodes",
    "batteryBackup",
  ],
  states: ["workingStatus", "saleState", "doorOpen", "payment.{method}.status"],
  trends: [
    "compartment.{id}.temperature",
    "compartment.{id}.mkt24h",
    "compartment.{id}.minutesAbove8in24h",
    "compartment.{id}.humidity",
    "compressorDuty",
    "evaporatorTemperature",
    "defrostActive",
    "selection.{slot}.stock",
  ],
  rankings: [
    ["compartment.1.temperature", "max"],
    ["compartment.1.minutesAbove8in24h", "max"],
    ["compressorDuty", "max"],
  ],
  increases: ["salesCount", "salesAmount", "failedVendCount", "refundCount"],
  flags: ["doorOpen", "serviceMode", "batteryBackup", "mainsLost", "tamper"],
  long: ["compartment.{id}.temperature", "compartment.{id}.mkt30d", "compressorDuty", "evaporatorTemperature"],
};
