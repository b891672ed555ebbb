import { hours, minutes } from "../../duration.ts";
import type { Point } from "../../point.ts";
import { choice, counter, flag, measure, moment, whole } from "../point-forms.ts";

const stream: Record<string, Point> = {
  on: flag(["开机", "On"], { source: "FIWARE Camera" }),
  streamState: choice(
    {
      live: ["画面正常", "Live"],
      frozen: ["画面冻结", "Frozen"],
      black: ["黑屏", "Black"],
      lost: ["视频丢失", "Lost"],
    },
    ["视频状态", "Stream"],
    { cadence: minutes(1) },
  ),
  frameRate: measure("1/s", [0, 240], ["帧率", "Frame rate"], { normal: [20, 60], cadence: minutes(1) }),
  bitrate: measure("kbit/s", [0, 200_000], ["码率", "Bit rate"], { normal: [1_000, 6_000], cadence: minutes(1) }),
  resolution: whole("px", [0, 20_000], ["垂直分辨率", "Vertical resolution"], { cadence: minutes(1) }),
  latency: measure("ms", [0, 600_000], ["延迟", "Latency"], { normal: [0, 500], cadence: minutes(1) }),
};

const recording: Record<string, Point> = {
  recording: flag(["正在录像", "Recording"], { cadence: minutes(15) }),
  storageHealth: choice(
    {
      ok: ["正常", "OK"],
      warning: ["预警", "Warning"],
      failed: ["故障", "Failed"],
      missing: ["未安装", "Missing"],
    },
    ["存储状态", "Storage health"],
    { cadence: minutes(15) },
  ),
  storageFree: measure("%", [0, 100], ["存储剩余", "Storage free"], { normal: [10, 100], cadence: minutes(15) }),
  oldestRecordingAt: moment(["最早录像时间", "Oldest recording"], { cadence: minutes(15) }),
};

const picture: Record<string, Point> = {
  imageBlurry: flag(["画面模糊", "Image blurry"], { source: "ONVIF VideoSource/ImageTooBlurry" }),
  imageDark: flag(["画面过暗", "Image too dark"], { source: "ONVIF VideoSource/ImageTooDark" }),
  imageBright: flag(["画面过亮", "Image too bright"], { source: "ONVIF VideoSource/ImageTooBright" }),
  sceneChanged: flag(["场景变更", "Scene changed"], { source: "ONVIF VideoSource/GlobalSceneChange" }),
  signalLoss: flag(["视频信号丢失", "Signal loss"], { source: "ONVIF VideoSource/SignalLoss" }),
  irOn: flag(["红外补光", "Infra-red light"], { cadence: minutes(5) }),
};

const hardware: Record<string, Point> = {
  storageFailure: flag(["存储故障", "Storage failure"], { source: "ONVIF Device/HardwareFailure/StorageFailure" }),
  fanFailure: flag(["风扇故障", "Fan failure"], { source: "ONVIF Device/HardwareFailure/FanFailure" }),
  powerSupplyFailure: flag(["电源故障", "Power-supply failure"], {
    source: "ONVIF Device/HardwareFailure/PowerSupplyFailure",
  }),
  temperatureCritical: flag(["温度过高", "Temperature critical"], {
    source: "ONVIF Device/HardwareFailure/TemperatureCritical",
  }),
  housingTemperature: measure("Cel", [-60, 125], ["机壳温度", "Housing temperature"], {
    normal: [-20, 60],
    cadence: minutes(5),
  }),
  cpuUsage: measure("%", [0, 100], ["处理器占用", "Processor usage"], {
    normal: [0, 85],
    cadence: minutes(5),
    source: "ONVIF Monitoring/ProcessorUsage",
  }),
  authFailedCount: counter("1", ["登录失败次数", "Failed log-ins"], {
    cadence: hours(1),
    source: "ONVIF Device/SecurityPolicy/AuthFailed",
  }),
};

/** How many, never who. */
const people: Record<string, Point> = {
  peopleCount: whole("1", [0, 100_000], ["人数", "People"], {
    cadence: minutes(1),
    source: "ONVIF RuleEngine/CountAggregation",
  }),
  occupancy: whole("1", [0, 100_000], ["区域内人数", "Occupancy"], {
    cadence: minutes(1),
    source: "ONVIF RuleEngine/CountAggregation/OccupancyCounter",
  }),
};

export const points: Readonly<Record<string, Point>> = { ...stream, ...recording, ...picture, ...hardware, ...people };
