import type { EventType } from "../../kind.ts";
import { bilingual, type Label } from "../point-forms.ts";

function event(label: Label, data: EventType["data"] = {}): EventType {
  return { label: bilingual(label), fault: false, data };
}

/** FTMS Machine Status op codes 0x01 to 0x07, and the summary that replaces second-by-second data of a session. */
export const events: Readonly<Record<string, EventType>> = {
  reset: event(["已复位", "Reset"]),
  stoppedOrPaused: event(["停止或暂停", "Stopped or paused"]),
  stoppedBySafetyKey: event(["安全锁停机", "Stopped by the safety key"]),
  started: event(["开始", "Started"]),
  targetSpeedChanged: event(["目标速度改变", "Target speed changed"], { speed: { type: "number", unit: "km/h" } }),
  targetInclineChanged: event(["目标坡度改变", "Target incline changed"], {
    inclination: { type: "number", unit: "%" },
  }),
  targetResistanceChanged: event(["目标阻力改变", "Target resistance changed"], {
    resistanceLevel: { type: "number", unit: "1" },
  }),
  sessionEnded: event(["使用结束", "Session ended"], {
    duration: { type: "number", unit: "s" },
    distance: { type: "number", unit: "m" },
    averagePower: { type: "number", unit: "W" },
  }),
};
