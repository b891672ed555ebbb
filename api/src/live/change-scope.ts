import type { Change } from "@linli/stores";
import type { Directory } from "./directory.ts";

/** Who may hear of a change: everybody who may view anything, those at a place, those everywhere, or nobody. */
export type Audience =
  | { readonly type: "all" }
  | { readonly type: "place"; readonly placeId: string }
  | { readonly type: "everywhere" }
  | { readonly type: "admins" }
  | { readonly type: "nobody" };

function ofDevice(deviceId: unknown, directory: Directory): Audience {
  const device = typeof deviceId === "string" ? directory.device(deviceId) : undefined;
  return device ? { type: "place", placeId: device.placeId } : { type: "everywhere" };
}

/** What cannot be placed is told only to those who may see everything. */
export function audienceOf(change: Change, directory: Directory): Audience {
  switch (change.topic) {
    case "place":
      return directory.place(change.id) ? { type: "place", placeId: change.id } : { type: "everywhere" };
    case "device":
    case "connection":
      return ofDevice(change.id, directory);
    case "credential":
    case "command":
    case "event":
    case "dead-letter":
      return ofDevice((change.data as { deviceId?: unknown } | null)?.deviceId, directory);
    case "platform":
      return { type: "all" };
    case "person":
    case "token":
      return { type: "admins" };
    case "session":
      return { type: "nobody" };
  }
}
