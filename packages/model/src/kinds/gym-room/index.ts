import { minutes } from "../../duration.ts";
import { defineKind } from "../../kind.ts";
import { sharedFaults } from "../common-to-all-faults.ts";
import { sharedPoints } from "../common-to-all-points.ts";
import { bilingual, flag, measure, whole } from "../point-forms.ts";
import { commands } from "./commands.ts";

const cadence = minutes(5);

/** The room around the machines: air, doors, and how many people (uCIFI 3434), never who. */
export const gymRoom = defineKind({
  id: "gym-room",
  label: { zh: "健身房", en: "Gym room" },
  // People are counted once a minute.
  lateAfter: minutes(3),
  offlineAfter: minutes(5),
  points: {
    peopleCount: whole("1", [0, 10_000], ["人数", "People"], { cadence: minutes(1), source: "uCIFI 3434" }),
    capacity: whole("1", [0, 10_000], ["容量", "Capacity"]),
    temperature: measure("Cel", [-50, 85], ["温度", "Temperature"], { normal: [18, 26], cadence }),
    humidity: measure("%", [0, 100], ["湿度", "Humidity"], { normal: [40, 60], cadence }),
    co2: measure("ppm", [0, 40_000], ["二氧化碳", "CO₂"], { normal: [350, 1_000], cadence }),
    pm25: measure("ug/m3", [0, 5_000], ["PM2.5", "PM2.5"], { normal: [0, 75], cadence }),
    noiseLevel: measure("dB", [0, 150], ["噪声", "Noise level"], { normal: [30, 75], cadence }),
    doorState: flag(["门打开", "Door open"]),
    sosPressed: flag(["紧急求助", "SOS pressed"]),
    lightsOn: flag(["灯亮", "Lights on"]),
    fallDetected: flag(["疑似跌倒", "Fall detected"]),
    ...sharedPoints,
  },
  // A press and a fall are moments: a device that reports them only as values would lose them between two readings.
  events: {
    sosPressed: { label: bilingual(["紧急求助", "SOS pressed"]) },
    fallDetected: { label: bilingual(["疑似跌倒", "Fall detected"]) },
  },
  faults: sharedFaults,
  commands,
});
