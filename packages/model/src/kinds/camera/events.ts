import type { EventType } from "../../kind.ts";
import { bilingual, type Label } from "../point-forms.ts";

/** A rule of the camera's own analytics, by the rule's name. */
function seen(label: Label, data: EventType["data"] = {}): EventType {
  return { label: bilingual(label), fault: false, data: { rule: { type: "string" }, ...data } };
}

/**
 * ONVIF event topics by their last words. `Recognition/LicensePlate` and faces are left out on purpose: this product
 * counts people and knows nobody.
 */
export const events: Readonly<Record<string, EventType>> = {
  motionAlarm: seen(["移动侦测", "Motion alarm"]),
  lineCrossed: seen(["越线", "Line crossed"]),
  objectsInside: seen(["区域入侵", "Objects inside the field"], { inside: { type: "boolean" } }),
  objectIsLoitering: seen(["徘徊", "Loitering"]),
  objectAbandoned: seen(["物品遗留", "Object abandoned"]),
  objectRemoved: seen(["物品移除", "Object removed"]),
  temperatureAlarm: seen(["测温报警", "Radiometric temperature alarm"], {
    temperature: { type: "number", unit: "Cel" },
  }),
  authFailed: { label: bilingual(["登录失败", "Log-in failed"]), fault: false, data: { address: { type: "string" } } },
  linkStatus: { label: bilingual(["网口状态变化", "Link status"]), fault: false, data: { up: { type: "boolean" } } },
  lastReset: { label: bilingual(["恢复出厂设置", "Reset"]), fault: false, data: {} },
  lastClockSynchronization: {
    label: bilingual(["时钟已同步", "Clock synchronised"]),
    fault: false,
    data: { offset: { type: "number", unit: "s" } },
  },
};
