import type { EventType } from "../../kind.ts";
import { bilingual } from "../point-forms.ts";

const where = { floorLabel: { type: "string" } } as const;
const who = { who: { type: "string" } } as const;

/** What Chinese lift standards want told, from the controller's own judgement. */
export const events: Readonly<Record<string, EventType>> = {
  entrapment: { label: bilingual(["困人", "Entrapment"]), fault: true, data: where },
  doorOpenWhileRunning: { label: bilingual(["开门走梯", "Door open while running"]), fault: true, data: where },
  unintendedCarMovement: {
    label: bilingual(["轿厢意外移动", "Unintended car movement"]),
    fault: true,
    data: { ...where, distance: { type: "number", unit: "mm" } },
  },
  overspeed: {
    label: bilingual(["超速", "Overspeed"]),
    fault: true,
    data: { ...where, speed: { type: "number", unit: "m/s" } },
  },
  topOvertravel: { label: bilingual(["冲顶", "Top over-travel"]), fault: true, data: {} },
  bottomOvertravel: { label: bilingual(["蹲底", "Bottom over-travel"]), fault: true, data: {} },
  eBikeDetected: { label: bilingual(["电动自行车入梯", "E-bike in the car"]), fault: false, data: where },
  maintenanceStart: { label: bilingual(["维保开始", "Maintenance started"]), fault: false, data: who },
  maintenanceEnd: { label: bilingual(["维保结束", "Maintenance ended"]), fault: false, data: who },
};
