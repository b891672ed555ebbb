import type { Device, DeviceEvent, Reading } from "@linli/model";
import type { DeadLetter, JournalRecord } from "@linli/stores";
import type { InterpretContext } from "./context.ts";
import { convert } from "./convert.ts";
import { decode } from "./decode.ts";
import { deduplicate } from "./deduplicate.ts";
import { enrich } from "./enrich.ts";
import { type Answer, type CommandResult, type DeclaredStatus, Message } from "./message.ts";
import { setClockRight } from "./set-clock-right.ts";
import { validate } from "./validate.ts";

export type { InterpretContext, InterpretLimits } from "./context.ts";
export { createDeviceMemory, type DeviceMemory } from "./device-memory.ts";
export { pointPlans } from "./point-plan.ts";

/** What one message means. */
export interface Interpretation {
  /** The device it is of; empty when the topic is none of ours. */
  readonly deviceId: string;
  /** Its registry entry. */
  readonly device: Device | undefined;
  /** The registry does not have that device: worth asking again after a look at what changed. */
  readonly unknownDevice: boolean;
  readonly readings: readonly Reading[];
  readonly events: readonly DeviceEvent[];
  readonly status: DeclaredStatus | undefined;
  readonly result: CommandResult | undefined;
  /** For the device, from conventions that expect one. */
  readonly answers: readonly Answer[];
  readonly deadLetters: readonly DeadLetter[];
}

/** The way of a message, in order. */
const STEPS: readonly ((message: Message, context: InterpretContext) => void)[] = [
  decode,
  validate,
  convert,
  enrich,
  deduplicate,
  setClockRight,
];

/**
 * Reads one `publish` or `push` record. Pure but for the context's memory, which an unknown device leaves as it was;
 * never throws, whatever the bytes.
 */
export function interpret(record: JournalRecord, context: InterpretContext): Interpretation {
  const message = new Message(record);
  for (const step of STEPS) {
    step(message, context);
    if (message.refused) break;
  }
  return message;
}
