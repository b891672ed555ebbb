import { z } from "zod";
import type { WatchedDevice } from "./watched-device.ts";

/** A device holds one session, two during a take-over; more is a broken client. */
const MAX_SESSIONS = 16;

const closeSchema = z.looseObject({ reason: z.string() });

/** Whether a `disconnect` record tells of a break rather than of a farewell or an act of ours. */
function isUnclean(payload: Uint8Array): boolean {
  try {
    return closeSchema.parse(JSON.parse(Buffer.from(payload).toString())).reason === "lost";
  } catch {
    return true; // a close that nobody can explain is no farewell
  }
}

export function openSession(watched: WatchedDevice, session: string): void {
  if (watched.sessions.size >= MAX_SESSIONS) {
    for (const oldest of watched.sessions) {
      watched.sessions.delete(oldest);
      break;
    }
  }
  watched.sessions.add(session);
}

/** How that left the device without any session: by a break, or otherwise; undefined when it did not. */
export function closeSession(
  watched: WatchedDevice,
  session: string,
  payload: Uint8Array,
): "broken" | "closed" | undefined {
  if (!watched.sessions.delete(session) || watched.sessions.size > 0) return undefined;
  return isUnclean(payload) ? "broken" : "closed";
}
