import type { Decoder } from "./decoder.ts";

/** `linli/v1/devices/{id}/status`: the birth, the last will, or a device that says it will be silent for a while. */
export const decodeStatus: Decoder = (body, _topic, message) => {
  const { state } = body as { state?: unknown };
  if (state === "online" || state === "offline" || state === "sleeping") message.status = state;
  else message.refuse("not-a-member", "state", state);
};
