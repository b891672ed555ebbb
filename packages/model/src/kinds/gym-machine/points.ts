import { days, seconds } from "../../duration.ts";
import type { Point } from "../../point.ts";
import { choice, counter, measure, moment } from "../point-forms.ts";

const source = "Bluetooth FTMS";

/** While somebody trains. Of the exercise itself, never of the body: what FTMS offers of heart and weight is refused. */
const exercise: Record<string, Point> = {
  machineState: choice(
    {
      idle: ["空闲", "Idle"],
      inUse: ["使用中", "In use"],
      paused: ["暂停", "Paused"],
      stoppedByUser: ["用户停止", "Stopped by the user"],
      stoppedBySafetyKey: ["安全锁停机", "Stopped by the safety key"],
      error: ["故障", "Error"],
      maintenance: ["维护中", "Maintenance"],
    },
    ["状态", "State"],
    { source },
  ),
  speed: measure("km/h", [0, 100], ["速度", "Speed"], { normal: [0, 20], source }),
  inclination: measure("%", [-100, 100], ["坡度", "Inclination"], { normal: [-3, 15], source }),
  totalDistance: measure("m", [0, 16_777_215], ["里程", "Distance"], { source }),
  cadence: measure("1/min", [0, 500], ["踏频", "Cadence"], { normal: [0, 120], source }),
  stepRate: measure("1/min", [0, 500], ["步频", "Step rate"], { normal: [0, 120], source }),
  instantaneousPower: measure("W", [-32_768, 32_767], ["瞬时功率", "Power"], { normal: [0, 600], source }),
  resistanceLevel: measure("1", [-100, 255], ["阻力等级", "Resistance level"], { normal: [1, 20], source }),
  totalEnergy: measure("kcal", [0, 65_535], ["消耗能量", "Energy"], { source }),
  elapsedTime: measure("s", [0, 65_535], ["本次用时", "Elapsed time"], { source }),
};

const wear: Record<string, Point> = {
  usageHours: counter("h", ["使用时间", "Usage hours"], { cadence: days(1) }),
  sessionCount: counter("1", ["使用次数", "Sessions"], { cadence: days(1) }),
  beltHours: counter("h", ["跑带时间", "Belt hours"], { cadence: days(1) }),
  lastServiceAt: moment(["上次保养时间", "Last service"], { cadence: days(1) }),
  lastServiceHours: counter("h", ["上次保养时的使用时间", "Usage hours at last service"], { cadence: days(1) }),
  motorCurrent: measure("A", [0, 200], ["电机电流", "Motor current"], { normal: [0, 15], cadence: seconds(10) }),
  motorTemperature: measure("Cel", [-40, 250], ["电机温度", "Motor temperature"], {
    normal: [0, 80],
    cadence: seconds(10),
  }),
  beltVibration: measure("mm/s", [0, 500], ["跑带振动", "Belt vibration"], { normal: [0, 7], cadence: seconds(10) }),
};

export const points: Readonly<Record<string, Point>> = { ...exercise, ...wear };
