import { minutes, seconds } from "../../duration.ts";
import type { Point } from "../../point.ts";
import { choice, codes, counter, flag, type Label, measure, moment, text, whole } from "../point-forms.ts";
import { faults } from "./faults.ts";

const source = "BACnet Lift";

const CAR_MODES: Record<string, Label> = {
  unknown: ["未知", "Unknown"],
  normal: ["正常运行", "Normal"],
  vip: ["专用", "VIP"],
  homing: ["返回基站", "Homing"],
  parking: ["停梯", "Parking"],
  attendantControl: ["司机操作", "Attendant control"],
  firefighterControl: ["消防员运行", "Firefighter control"],
  emergencyPower: ["应急电源运行", "Emergency power"],
  inspection: ["检修", "Inspection"],
  cabinetRecall: ["控制柜召回", "Cabinet recall"],
  earthquakeOperation: ["地震运行", "Earthquake operation"],
  fireOperation: ["火灾返回", "Fire operation"],
  outOfService: ["停止服务", "Out of service"],
  occupantEvacuation: ["人员疏散", "Occupant evacuation"],
};

const DIRECTIONS: Record<string, Label> = {
  unknown: ["未知", "Unknown"],
  none: ["无", "None"],
  stopped: ["停止", "Stopped"],
  up: ["上行", "Up"],
  down: ["下行", "Down"],
  upAndDown: ["上下行", "Up and down"],
};

const DRIVE_STATES: Record<string, Label> = {
  unknown: ["未知", "Unknown"],
  stationary: ["静止", "Stationary"],
  braking: ["制动", "Braking"],
  accelerate: ["加速", "Accelerating"],
  decelerate: ["减速", "Decelerating"],
  ratedSpeed: ["额定速度", "Rated speed"],
  singleFloorJump: ["单层运行", "Single-floor jump"],
  twoFloorJump: ["两层运行", "Two-floor jump"],
  threeFloorJump: ["三层运行", "Three-floor jump"],
  multiFloorJump: ["多层运行", "Multi-floor jump"],
};

const DOOR_STATES: Record<string, Label> = {
  unknown: ["未知", "Unknown"],
  none: ["无此门", "None"],
  closing: ["正在关门", "Closing"],
  closed: ["已关门", "Closed"],
  opening: ["正在开门", "Opening"],
  open: ["已开门", "Open"],
  safetyLocked: ["安全锁闭", "Safety locked"],
  limitedOpened: ["部分打开", "Partly open"],
  fault: ["门故障", "Fault"],
};

const state: Record<string, Point> = {
  carMode: choice(CAR_MODES, ["运行模式", "Mode"], { source }),
  floorLabel: text(["楼层", "Floor"], { source }),
  carMovingDirection: choice(DIRECTIONS, ["运行方向", "Moving direction"], { source }),
  // Controllers repeat it every ten seconds: the lift's heartbeat, so that a blind lift shows in a minute and a half.
  carPosition: whole("1", [-20, 200], ["楼层序号", "Floor index"], { cadence: seconds(10), source }),
  carAssignedDirection: choice(DIRECTIONS, ["预定方向", "Assigned direction"], { source }),
  carDriveStatus: choice(DRIVE_STATES, ["驱动状态", "Drive status"], { source }),
  "carDoorStatus.{door}": choice(DOOR_STATES, ["轿门状态", "Car door"], { source }),
  carDoorZone: flag(["在门区内", "In door zone"], { source }),
  carLoad: measure("%", [0, 200], ["载荷", "Load"], { normal: [0, 100], source }),
  occupied: flag(["轿厢有人", "Occupied"]),
  passengerAlarm: flag(["乘客报警", "Passenger alarm"], { source }),
  inMaintenance: flag(["维保中", "In maintenance"]),
  faultSignals: codes(["故障信号", "Fault signals"], Object.keys(faults), { source }),
  vendorFaultCodes: codes(["厂家故障码", "Vendor fault codes"]),
};

const health: Record<string, Point> = {
  carSpeed: measure("m/s", [-15, 15], ["轿厢速度", "Car speed"], { normal: [0, 1.75] }),
  levellingError: measure("mm", [-500, 500], ["平层误差", "Levelling error"], { normal: [-10, 10] }),
  vibrationRms: measure("m/s2", [0, 50], ["振动有效值", "Vibration (RMS)"], { normal: [0, 0.15] }),
  "vibrationRms.{axis}": measure("m/s2", [0, 50], ["分轴振动有效值", "Vibration by axis (RMS)"], { normal: [0, 0.15] }),
  motorTemperature: measure("Cel", [-40, 250], ["电机温度", "Motor temperature"], {
    normal: [0, 90],
    cadence: minutes(1),
  }),
  driveTemperature: measure("Cel", [-40, 250], ["驱动器温度", "Drive temperature"], {
    normal: [0, 70],
    cadence: minutes(1),
  }),
  brakeTemperature: measure("Cel", [-40, 400], ["制动器温度", "Brake temperature"], { cadence: minutes(5) }),
  machineRoomTemperature: measure("Cel", [-40, 100], ["机房温度", "Machine-room temperature"], {
    normal: [5, 40],
    cadence: minutes(5),
  }),
  overspeed: flag(["超速", "Overspeed"]),
  overTravel: flag(["越程", "Over-travel"]),
  eBikeDetected: flag(["电动自行车入梯", "E-bike in the car"]),
};

const statistics: Record<string, Point> = {
  tripCount: counter("1", ["运行次数", "Trips"], { cadence: minutes(15) }),
  doorCycleCount: counter("1", ["开关门次数", "Door cycles"], { cadence: minutes(15) }),
  runTime: counter("h", ["运行时间", "Running time"], { cadence: minutes(15) }),
  bendCount: counter("1", ["曳引绳弯折次数", "Rope bends"], { cadence: minutes(15) }),
  energyActive: counter("kWh", ["有功电能", "Active energy"], { cadence: minutes(15), source }),
};

const rescue: Record<string, Point> = {
  emergencyBatteryOk: flag(["应急电池正常", "Emergency battery OK"], { source: "EN 81-28" }),
  // told when it was tested: at least every three days, or lift.intercomTestOverdue says so
  intercomTestOk: flag(["对讲测试通过", "Intercom test passed"], { source: "EN 81-28" }),
  intercomTestAt: moment(["对讲测试时间", "Intercom tested at"], { source: "EN 81-28" }),
  lastMaintenanceAt: moment(["上次维保时间", "Last maintenance"]),
};

export const points: Readonly<Record<string, Point>> = { ...state, ...health, ...statistics, ...rescue };
