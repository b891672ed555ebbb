import { shortText } from "../short-text.ts";
import type { Decoder } from "./decoder.ts";

/** `linli/v1/devices/{id}/commands/{command}/result`: `{"ok", "detail"?}`. */
export const decodeCommandResult: Decoder = (body, topic, message) => {
  const { ok, detail } = body as { ok?: unknown; detail?: unknown };
  if (topic.type !== "command-result" || typeof ok !== "boolean") return message.refuse("bad-result", "ok", ok);
  const text = detail === undefined || detail === null ? null : shortText(detail);
  message.result = { commandId: topic.commandId, ok, detail: text };
};
