import { days, hours, minutes } from "../../duration.ts";
import type { Point } from "../../point.ts";
import { choice, counter, flag, measure, whole } from "../point-forms.ts";

const cadence = minutes(15);

const light: Record<string, Point> = {
  powerState: choice(
    {
      on: ["开", "On"],
      off: ["关", "Off"],
      low: ["低亮", "Low"],
      bootingUp: ["启动中", "Booting up"],
    },
    ["灯态", "Power state"],
    { source: "FIWARE Streetlight" },
  ),
  // FIWARE's spelling and FIWARE's scale: a share from 0 to 1, not percent.
  illuminanceLevel: measure("1", [0, 1], ["亮度设定", "Illuminance level"], { source: "FIWARE Streetlight" }),
  dimmingLevel: whole("%", [0, 100], ["实际调光", "Dimming level"], { cadence, source: "uCIFI 3416/3" }),
  dimmingCommand: whole("%", [0, 100], ["调光指令", "Dimming command"], { source: "uCIFI 3416/1" }),
  commandInAction: whole("%", [0, 100], ["生效指令", "Command in action"], { cadence, source: "uCIFI 3416/2" }),
  illuminance: measure("lx", [0, 200_000], ["环境照度", "Illuminance"], { cadence: minutes(5), source: "uCIFI 3419" }),
  status: choice(
    {
      ok: ["正常", "OK"],
      defectiveLamp: ["灯具损坏", "Defective lamp"],
      columnIssue: ["灯杆异常", "Column issue"],
      brokenLantern: ["灯罩破损", "Broken lantern"],
    },
    ["状态", "Status"],
    { source: "FIWARE Streetlight" },
  ),
};

const electrics: Record<string, Point> = {
  activePower: measure("W", [0, 5_000], ["有功功率", "Active power"], { cadence, source: "uCIFI 3418/4" }),
  nominalPower: measure("W", [0, 5_000], ["额定功率", "Nominal power"], { source: "uCIFI 3416/36" }),
  supplyVoltage: measure("V", [0, 500], ["供电电压", "Supply voltage"], {
    normal: [198, 242],
    cadence,
    source: "uCIFI 3418/1",
  }),
  supplyCurrent: measure("A", [0, 50], ["供电电流", "Supply current"], { cadence, source: "uCIFI 3418/2" }),
  powerFactor: measure("1", [-1, 1], ["功率因数", "Power factor"], {
    normal: [0.9, 1],
    cadence,
    source: "uCIFI 3418/5",
  }),
  frequency: measure("Hz", [0, 100], ["频率", "Frequency"], { normal: [49.5, 50.5], cadence, source: "uCIFI 3418/3" }),
  energyActive: counter("kWh", ["有功电能", "Active energy"], { cadence: hours(1), source: "uCIFI 3418/6" }),
};

const wear: Record<string, Point> = {
  lampOperatingHours: counter("h", ["灯具点亮时间", "Lamp hours"], { cadence: days(1), source: "uCIFI 3416/15" }),
  driverOperatingHours: counter("h", ["驱动器工作时间", "Driver hours"], { cadence: days(1), source: "uCIFI 3416/56" }),
  lampSwitchCounter: counter("1", ["开关次数", "Switchings"], { cadence: days(1), source: "uCIFI 3416/18" }),
  lightSourceOnTime: counter("h", ["光源点亮时间", "Light-source on-time"], { cadence: days(1), source: "D4i 253" }),
  controlGearTemperature: measure("Cel", [-60, 150], ["驱动器温度", "Control-gear temperature"], {
    normal: [-20, 75],
    cadence,
    source: "uCIFI 3416/21",
  }),
};

const pole: Record<string, Point> = {
  tiltAngle: measure("deg", [0, 180], ["倾斜角", "Tilt angle"], { normal: [0, 3], source: "uCIFI 3429" }),
  leakageCurrent: measure("mA", [0, 5_000], ["漏电流", "Leakage current"], { normal: [0, 30] }),
  doorOpen: flag(["灯杆检修门打开", "Pole door open"]),
};

export const points: Readonly<Record<string, Point>> = { ...light, ...electrics, ...wear, ...pole };
