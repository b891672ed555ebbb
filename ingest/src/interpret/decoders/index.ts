import type { Topic } from "@linli/model";
import { decodeCommandResult } from "./command-result.ts";
import type { Decoder } from "./decoder.ts";
import { decodeEvents } from "./events.ts";
import { decodeStatus } from "./status.ts";
import { decodeTelemetry } from "./telemetry.ts";
import { decodeThingsBoard } from "./thingsboard.ts";

/** Every form that is understood, by topic. Adding one: a file beside this one, and one line here. */
const DECODERS: Partial<Record<Topic["type"], Decoder>> = {
  telemetry: decodeTelemetry,
  event: decodeEvents,
  status: decodeStatus,
  "command-result": decodeCommandResult,
  "own-telemetry": decodeThingsBoard,
  "own-attributes": decodeThingsBoard,
};

export function decoderFor(type: Topic["type"]): Decoder | undefined {
  return DECODERS[type];
}
