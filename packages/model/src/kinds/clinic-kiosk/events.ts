import type { EventType } from "../../kind.ts";
import { bilingual, type Label } from "../point-forms.ts";

function occurrence(label: Label, data: EventType["data"] = {}): EventType {
  return { label: bilingual(label), fault: false, data };
}

function fault(label: Label, data: EventType["data"] = {}): EventType {
  return { ...occurrence(label, data), fault: true };
}

/** That something happened, never to whom, nor what was measured. */
export const events: Readonly<Record<string, EventType>> = {
  sessionStarted: occurrence(["就诊开始", "Session started"]),
  sessionEnded: occurrence(["就诊结束", "Session ended"], {
    result: { type: "enum", values: ["completed", "cancelled", "timeout", "failed"] },
  }),
  measurementFailed: fault(["测量失败", "Measurement failed"], {
    device: { type: "string" },
    reason: { type: "enum", values: ["cuffLeak", "motion", "timeout", "noFinger"] },
  }),
  printerJam: fault(["打印机卡纸", "Printer jam"]),
  idReadFailed: fault(["读卡失败", "ID read failed"]),
  consultDropped: fault(["问诊中断", "Consultation dropped"]),
  calibrationExpired: fault(["检定过期", "Calibration expired"], { device: { type: "string" } }),
  doorForced: fault(["门被强行打开", "Door forced"]),
  sosPressed: occurrence(["紧急求助", "SOS pressed"]),
  uvOnWhileOccupied: fault(["有人时紫外灯亮", "UV lamp on while occupied"]),
};
