import { days, hours, minutes } from "../duration.ts";
import type { Point } from "../point.ts";
import { codes, counter, flag, measure, moment, text } from "./point-forms.ts";

/** What a device of any kind may say of itself. */
export const sharedPoints: Readonly<Record<string, Point>> = {
  rssi: measure("dBm", [-150, 20], ["信号强度", "Signal strength"], {
    normal: [-110, -50],
    cadence: minutes(15),
    source: "FIWARE Device",
  }),
  batteryLevel: measure("%", [0, 100], ["电池电量", "Battery level"], {
    normal: [20, 100],
    cadence: days(1),
    source: "uCIFI 3411/1",
  }),
  mainsLost: flag(["市电断电", "Mains lost"], { source: "uCIFI 3411/9" }),
  tamper: flag(["防拆报警", "Tamper"]),
  firmwareVersion: text(["固件版本", "Firmware version"], { source: "FIWARE Device" }),
  hardwareVersion: text(["硬件版本", "Hardware version"], { source: "FIWARE Device" }),
  serialNumber: text(["序列号", "Serial number"], { source: "FIWARE Device" }),
  dateLastCalibration: moment(["上次校准时间", "Last calibration"], { source: "FIWARE Device" }),
  clockOffset: measure("s", [-1e9, 1e9], ["时钟偏差", "Clock offset"], { normal: [-2, 2], cadence: hours(1) }),
  errorCodes: codes(["错误码", "Error codes"], undefined, { source: "LwM2M Device/11" }),
  uptime: counter("s", ["运行时长", "Uptime"], { cadence: hours(1) }),
  lastBootAt: moment(["上次启动时间", "Last boot"], { source: "ONVIF Monitoring/OperatingTime/LastReboot" }),
};
