import type { Fault } from "../../kind.ts";
import type { Label } from "../point-forms.ts";

/** BACnetLiftFault, by its numbers. Vendor codes are mapped to these by data and kept beside them. */
const LIFT_FAULTS: readonly (readonly [code: string, ...Label])[] = [
  ["controllerFault", "控制器故障", "Controller fault"],
  ["driveAndMotorFault", "驱动与电机故障", "Drive and motor fault"],
  ["governorAndSafetyGearFault", "限速器与安全钳故障", "Governor and safety-gear fault"],
  ["liftShaftDeviceFault", "井道设备故障", "Lift-shaft device fault"],
  ["powerSupplyFault", "电源故障", "Power-supply fault"],
  ["safetyInterlockFault", "安全回路故障", "Safety-interlock fault"],
  ["doorClosingFault", "关门故障", "Door-closing fault"],
  ["doorOpeningFault", "开门故障", "Door-opening fault"],
  ["carStoppedOutsideLandingZone", "非平层停梯", "Car stopped outside the landing zone"],
  ["callButtonStuck", "呼梯按钮卡住", "Call button stuck"],
  ["startFailure", "启动失败", "Start failure"],
  ["controllerSupplyFault", "控制器电源故障", "Controller supply fault"],
  ["selfTestFailure", "自检失败", "Self-test failure"],
  ["runtimeLimitExceeded", "运行超时", "Runtime limit exceeded"],
  ["positionLost", "位置丢失", "Position lost"],
  ["driveTemperatureExceeded", "驱动器过热", "Drive temperature exceeded"],
  ["loadMeasurementFault", "称重故障", "Load-measurement fault"],
];

export const faults: Readonly<Record<string, Fault>> = Object.fromEntries(
  LIFT_FAULTS.map(([code, zh, en], number) => [code, { number, label: { zh, en }, source: "BACnet LiftFault" }]),
);
