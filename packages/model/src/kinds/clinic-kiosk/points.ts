import { days, minutes } from "../../duration.ts";
import type { Point } from "../../point.ts";
import { choice, codes, counter, flag, measure, moment, text } from "../point-forms.ts";

const service: Record<string, Point> = {
  state: choice(
    {
      available: ["可用", "Available"],
      inUse: ["使用中", "In use"],
      selfTest: ["自检中", "Self-test"],
      maintenance: ["维护中", "Maintenance"],
      outOfService: ["停用", "Out of service"],
      emergency: ["紧急", "Emergency"],
    },
    ["状态", "State"],
  ),
  sessionActive: flag(["就诊中", "Session active"]),
  sessionCount: counter("1", ["就诊次数", "Sessions"]),
  sessionDuration: measure("s", [0, 86_400], ["就诊时长", "Session duration"], { normal: [180, 1_200] }),
  videoConsultState: choice(
    {
      idle: ["空闲", "Idle"],
      waiting: ["等待医生", "Waiting for the doctor"],
      connected: ["通话中", "Connected"],
      dropped: ["已中断", "Dropped"],
    },
    ["视频问诊", "Video consultation"],
  ),
  doctorWaitTime: measure("s", [0, 86_400], ["候诊时间", "Wait for the doctor"], { normal: [0, 300] }),
  measurementSuccessRate: measure("%", [0, 100], ["测量成功率", "Measurement success rate"], {
    normal: [90, 100],
    cadence: minutes(15),
  }),
};

const selfTest: Record<string, Point> = {
  "selfTest.result": choice(
    {
      pass: ["通过", "Pass"],
      warn: ["有警告", "Warning"],
      fail: ["未通过", "Fail"],
    },
    ["自检结果", "Self-test result"],
    { cadence: days(1) },
  ),
  "selfTest.failed": codes(["自检未通过项", "Failed self-tests"], undefined, { cadence: days(1) }),
  // told when it was done, with its result: a day's rhythm of its own would tell of it up to a day later
  "selfTest.at": moment(["自检时间", "Self-test at"]),
};

/**
 * Known names: bpMonitor, oximeter, thermometer, ecg, scale, printer, idReader, cardReader, camera, microphone,
 * medicineCabinet. What they measure of a person never comes here.
 */
const peripherals: Record<string, Point> = {
  "peripheral.{name}.status": choice(
    {
      ok: ["正常", "OK"],
      warning: ["预警", "Warning"],
      error: ["故障", "Error"],
      missing: ["缺失", "Missing"],
    },
    ["外设状态", "Peripheral status"],
  ),
  "peripheral.{name}.lastCalibrationAt": moment(["外设上次检定时间", "Peripheral last calibrated"], {
    cadence: days(1),
    source: "JJG 692-2010",
  }),
  "peripheral.bpMonitor.cuffCycles": counter("1", ["袖带充气次数", "Cuff cycles"], {
    normal: [0, 20_000],
    cadence: days(1),
  }),
  "printer.paperLevel": measure("%", [0, 100], ["打印纸余量", "Paper level"], { normal: [20, 100] }),
  "printer.paperState": choice(
    {
      ok: ["正常", "OK"],
      low: ["将用尽", "Low"],
      out: ["缺纸", "Out"],
      jam: ["卡纸", "Jam"],
    },
    ["打印纸状态", "Paper state"],
  ),
};

const cabin: Record<string, Point> = {
  cabinTemperature: measure("Cel", [-50, 85], ["舱内温度", "Cabin temperature"], {
    normal: [18, 28],
    cadence: minutes(5),
  }),
  cabinHumidity: measure("%", [0, 100], ["舱内湿度", "Cabin humidity"], { normal: [30, 70], cadence: minutes(5) }),
  co2: measure("ppm", [0, 40_000], ["二氧化碳", "CO₂"], { normal: [350, 1_000], cadence: minutes(5) }),
  doorState: flag(["门打开", "Door open"]),
  sosPressed: flag(["紧急求助", "SOS pressed"]),
  uvLampOn: flag(["紫外灯亮", "UV lamp on"]),
  occupied: flag(["舱内有人", "Occupied"]),
  lastInteractionAt: moment(["上次操作时间", "Last interaction"]),
};

const machine: Record<string, Point> = {
  networkLatency: measure("ms", [0, 600_000], ["网络延迟", "Network latency"], {
    normal: [0, 100],
    cadence: minutes(1),
  }),
  packetLoss: measure("%", [0, 100], ["丢包率", "Packet loss"], { normal: [0, 1], cadence: minutes(1) }),
  uplinkBandwidth: measure("Mbit/s", [0, 100_000], ["上行带宽", "Uplink bandwidth"], {
    normal: [4, 1_000],
    cadence: minutes(1),
  }),
  upsOnBattery: flag(["不间断电源供电", "UPS on battery"]),
  upsCharge: measure("%", [0, 100], ["不间断电源电量", "UPS charge"], { normal: [90, 100], cadence: minutes(5) }),
  upsRuntime: measure("min", [0, 10_000], ["不间断电源可用时间", "UPS runtime"], {
    normal: [10, 240],
    cadence: minutes(5),
  }),
  diskFree: measure("%", [0, 100], ["磁盘剩余", "Disk free"], { normal: [15, 100], cadence: minutes(5) }),
  cpuTemperature: measure("Cel", [-40, 150], ["处理器温度", "CPU temperature"], {
    normal: [20, 80],
    cadence: minutes(5),
  }),
  appVersion: text(["应用版本", "App version"]),
};

export const points: Readonly<Record<string, Point>> = {
  ...service,
  ...selfTest,
  ...peripherals,
  ...cabin,
  ...machine,
};
