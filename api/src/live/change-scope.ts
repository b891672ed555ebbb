import type { Change } from "@linli/stores";
import type { Directory } from "./directory.ts";

/** Who may hear of a change: everybody who may view anything, those at a place, those everywhere, or nobody. */
export type Audience =
  | { readonly type: "all" }
  | { readonly type: "place"; readonly placeId: string }
  | { readonly type: "everywhere" }
  | { readonly type: "admins" }
  | { readonly type: "nobody" };

/** Where a device is, or was until it was retired. */
export type Whereabouts = (deviceId: string) => string | undefined;

function ofDevice(deviceId: unknown, whereabouts: Whereabouts): Audience {
  const placeId = typeof deviceId === "string" ? whereabouts(deviceId) : undefined;
  return placeId === undefined ? { type: "everywhere" } : { type: "place", placeId };
}

function ofPlace(placeId: unknown, directory: Directory): Audience {
  const known = typeof placeId === "string" && directory.place(placeId) !== undefined;
  return known ? { type: "place", placeId } : { type: "everywhere" };
}

/** What cannot be placed is told only to those who may see everything. */
export function audienceOf(change: Change, directory: Directory, lastPlace?: Whereabouts): Audience {
  const present: Whereabouts = (id) => directory.device(id)?.placeId;
  switch (change.topic) {
    case "place":
      return ofPlace(change.id, directory);
    case "device":
    case "connection":
      return ofDevice(change.id, present);
    case "credential":
    case "command":
    case "alert":
    case "alert-action":
    case "event":
    case "dead-letter":
      return ofDevice((change.data as { deviceId?: unknown } | null)?.deviceId, (id) => present(id) ?? lastPlace?.(id));
    case "incident":
      return ofPlace((change.data as { placeId?: unknown } | null)?.placeId, directory);
    case "rule":
    case "platform":
      return { type: "all" };
    case "arrangement":
      return { type: "everywhere" };
    case "person":
    case "token":
      return { type: "admins" };
    case "session":
      return { type: "nobody" };
  }
}
