import type { Fault } from "../../kind.ts";
import { bilingual } from "../point-forms.ts";

export const faults: Readonly<Record<string, Fault>> = {
  motorJam: { label: bilingual(["货道电机卡住", "Motor jam"]) },
  dropNotDetected: { label: bilingual(["未检测到掉货", "Drop not detected"]) },
  probeError: { label: bilingual(["温度探头故障", "Probe error"]), source: "OPC 30200" },
  defrostError: { label: bilingual(["除霜故障", "Defrost error"]), source: "OPC 30200" },
};
