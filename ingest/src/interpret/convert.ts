import { checkValue } from "@linli/model";
import type { InterpretContext } from "./context.ts";
import type { Message, RawReading } from "./message.ts";
import { type PointPlan, pointPlans } from "./point-plan.ts";

/** Conversion of whole numbers leaves crumbs (3.2 kW = 3200.0000000000005 W): they are not a fraction. */
const CRUMBS = 1e-6;

function converted(plan: PointPlan, convert: (value: number) => number, sent: number): number {
  const value = convert(sent);
  const whole = Math.round(value);
  return plan.point.type === "integer" && Math.abs(value - whole) < CRUMBS ? whole : value;
}

function convertReading(message: Message, reading: RawReading, planOf: ReturnType<typeof pointPlans>): void {
  reading.drafts = reading.drafts.filter((draft) => {
    const plan = planOf(draft.point);
    if (plan?.convert === undefined || typeof draft.value !== "number") return true;
    const checked = checkValue(plan.point, converted(plan, plan.convert, draft.value));
    if ("reason" in checked) {
      message.refuseField(checked.reason, reading.path + draft.point, reading.values[draft.point]);
      return false;
    }
    draft.value = checked.value;
    draft.quality = checked.faulty ? "faulty" : "good";
    return true;
  });
}

/** Step 3: from the units that the device's registry entry declares to the canonical ones; never guessed from size. */
export function convert(message: Message, context: InterpretContext): void {
  const { device } = message;
  if (device === undefined) return;
  for (const _unit in device.units) {
    const planOf = pointPlans(device, context.kinds);
    for (const reading of message.raw) convertReading(message, reading, planOf);
    return;
  }
}
