import { seconds } from "@linli/model";
import type { InterpretContext } from "./context.ts";
import type { Message } from "./message.ts";
import { pointPlans } from "./point-plan.ts";

const OFFSET = "clockOffset";

/** The newest time that it states of now; what it held back says nothing of its clock. */
function newestStated(message: Message): number | undefined {
  let newest: number | undefined;
  const take = (at: number) => {
    if (newest === undefined || at > newest) newest = at;
  };
  for (const { historical, observedAt } of message.raw) if (!historical && observedAt !== undefined) take(observedAt);
  // an event that states no time has that of its reception
  for (const { observedAt, receivedAt } of message.events) if (observedAt !== receivedAt) take(observedAt);
  return newest;
}

/** Step 6: the times of a clock that is known to be wrong are set right, and how wrong it is becomes a reading. */
export function setClockRight(message: Message, { memory, kinds }: InterpretContext): void {
  const { device, deviceId } = message;
  const stated = newestStated(message);
  if (device === undefined || (stated === undefined && !message.raw.some(({ historical }) => historical))) return;
  const { receivedAt } = message.record;
  const told = stated === undefined ? undefined : memory.clocks.learn(deviceId, stated, receivedAt);
  for (const { drafts, observedAt } of message.raw) {
    if (observedAt === undefined) continue;
    const at = memory.clocks.correct(deviceId, observedAt, receivedAt);
    if (at !== observedAt) for (const draft of drafts) draft.observedAt = at;
  }
  for (const event of message.events) event.observedAt = memory.clocks.correct(deviceId, event.observedAt, receivedAt);
  const plan = told === undefined ? undefined : pointPlans(device, kinds)(OFFSET);
  if (told === undefined || plan?.point.type !== "number") return;
  const value = Math.round(told / seconds(1));
  const reading = { deviceId, point: OFFSET, type: "number", value, quality: "good", historical: false } as const;
  message.readings = [...message.readings, { ...reading, observedAt: receivedAt, receivedAt }];
}
