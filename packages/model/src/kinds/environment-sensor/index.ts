import { minutes } from "../../duration.ts";
import { defineKind } from "../../kind.ts";
import { reboot } from "../common-to-all-commands.ts";
import { sharedFaults } from "../common-to-all-faults.ts";
import { sharedPoints } from "../common-to-all-points.ts";
import { flag, measure } from "../point-forms.ts";

const cadence = minutes(5);
const source = "uCIFI 3428";

/** Air, sound and light of one place. Normal ranges: GB/T 18883. */
export const environmentSensor = defineKind({
  id: "environment-sensor",
  label: { zh: "环境传感器", en: "Environment sensor" },
  // Two, then three missed intervals of five minutes. Battery sensors that sleep longer set their own time-out.
  lateAfter: minutes(11),
  offlineAfter: minutes(16),
  points: {
    temperature: measure("Cel", [-50, 85], ["温度", "Temperature"], { normal: [16, 28], cadence }),
    humidity: measure("%", [0, 100], ["湿度", "Humidity"], { normal: [30, 80], cadence }),
    co2: measure("ppm", [0, 40_000], ["二氧化碳", "CO₂"], { normal: [350, 1_000], cadence, source }),
    pm25: measure("ug/m3", [0, 5_000], ["PM2.5", "PM2.5"], { normal: [0, 75], cadence, source }),
    pm10: measure("ug/m3", [0, 5_000], ["PM10", "PM10"], { normal: [0, 150], cadence, source }),
    pm1: measure("ug/m3", [0, 5_000], ["PM1", "PM1"], { normal: [0, 50], cadence, source }),
    tvoc: measure("mg/m3", [0, 100], ["总挥发性有机物", "TVOC"], { normal: [0, 0.6], cadence, source }),
    formaldehyde: measure("mg/m3", [0, 50], ["甲醛", "Formaldehyde"], { normal: [0, 0.1], cadence }),
    co: measure("ppm", [0, 5_000], ["一氧化碳", "CO"], { normal: [0, 9], cadence, source }),
    so2: measure("ppm", [0, 100], ["二氧化硫", "SO₂"], { normal: [0, 0.2], cadence, source }),
    o3: measure("ppm", [0, 100], ["臭氧", "O₃"], { normal: [0, 0.08], cadence, source }),
    no2: measure("ppm", [0, 100], ["二氧化氮", "NO₂"], { normal: [0, 0.1], cadence, source }),
    noiseLevel: measure("dB", [0, 150], ["噪声", "Noise level"], { normal: [30, 55], cadence, source: "uCIFI 3433" }),
    illuminance: measure("lx", [0, 200_000], ["照度", "Illuminance"], { cadence, source: "IPSO 3301" }),
    motion: flag(["有人移动", "Motion"]),
    ...sharedPoints,
  },
  events: {},
  faults: sharedFaults,
  commands: { reboot },
});
