import type { Fault } from "../../kind.ts";
import type { Point } from "../../point.ts";
import { bilingual, counter, flag, type Label, text } from "../point-forms.ts";

type Flag = readonly [source: string, ...Label];

/** Devices report each of these as a boolean point of the same name. */
const FLAGS: Readonly<Record<string, Flag>> = {
  lampFailure: ["uCIFI 3416/5", "灯不亮", "Lamp failure"],
  controlGearFailure: ["uCIFI 3416/7", "驱动器故障", "Control-gear failure"],
  relayFailure: ["uCIFI 3416/9", "继电器故障", "Relay failure"],
  dayBurner: ["uCIFI 3416/10", "白天亮灯", "Day burner"],
  cycling: ["uCIFI 3416/11", "反复启灭", "Cycling"],
  controlGearCommunicationFailure: ["uCIFI 3416/12", "驱动器通信故障", "Control-gear communication failure"],
  invalidScheduler: ["uCIFI 3416/14", "计划无效", "Invalid schedule"],
  thermalDerating: ["uCIFI 3416/22", "过热降功率", "Thermal derating"],
  thermalShutdown: ["uCIFI 3416/25", "过热关断", "Thermal shutdown"],
  lowPower: ["uCIFI 3418", "功率过低", "Low power"],
  highPower: ["uCIFI 3418", "功率过高", "High power"],
  lowCurrent: ["uCIFI 3418", "电流过低", "Low current"],
  highCurrent: ["uCIFI 3418", "电流过高", "High current"],
  lowVoltage: ["uCIFI 3418", "电压过低", "Low voltage"],
  highVoltage: ["uCIFI 3418", "电压过高", "High voltage"],
  lowPowerFactor: ["uCIFI 3418", "功率因数过低", "Low power factor"],
  criticalInrush: ["uCIFI 3418", "浪涌电流过大", "Critical inrush"],
  externalSupplyOvervoltage: ["D4i 253", "外部供电过压", "External supply over-voltage"],
  externalSupplyUndervoltage: ["D4i 253", "外部供电欠压", "External supply under-voltage"],
  outputPowerLimitation: ["D4i 253", "输出功率受限", "Output-power limitation"],
  overallFailure: ["D4i 253", "整灯故障", "Overall failure"],
  lightSourceOpenCircuit: ["D4i 253", "光源开路", "Light-source open circuit"],
  lightSourceShortCircuit: ["D4i 253", "光源短路", "Light-source short circuit"],
};

/** Flags whose onsets the driver also counts. */
const COUNTED = [
  "thermalDerating",
  "thermalShutdown",
  "externalSupplyOvervoltage",
  "externalSupplyUndervoltage",
  "lightSourceOpenCircuit",
  "lightSourceShortCircuit",
] as const;

function labelOf(name: string): Label {
  const [, zh = "", en = ""] = FLAGS[name] ?? [];
  return [zh, en];
}

export const faults: Readonly<Record<string, Fault>> = Object.fromEntries(
  Object.entries(FLAGS).map(([name, [source]]) => [name, { label: bilingual(labelOf(name)), source }]),
);

export const faultPoints: Readonly<Record<string, Point>> = {
  ...Object.fromEntries(Object.entries(FLAGS).map(([name, [source]]) => [name, flag(labelOf(name), { source })])),
  ...Object.fromEntries(
    COUNTED.map((name) => {
      const [zh, en] = labelOf(name);
      return [`${name}Counter`, counter("1", [`${zh}次数`, `${en} count`])];
    }),
  ),
  lampFailureReason: text(["灯不亮原因", "Lamp-failure reason"], { source: "uCIFI 3416/6" }),
  controlGearFailureReason: text(["驱动器故障原因", "Control-gear failure reason"], { source: "uCIFI 3416/8" }),
};
