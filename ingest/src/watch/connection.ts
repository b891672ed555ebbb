import { assertNever, type Connection, hours, seconds } from "@linli/model";
import type { Blindness } from "./blindness.ts";
import type { WatchedDevice } from "./watched-device.ts";

/** An unclean close counts only when nothing came back in that time. */
const LOST_AFTER = seconds(60);
/** A device that said it would be silent is believed for this long. */
const ASLEEP_AT_MOST = hours(24);

type ConnectionReason = "said-offline" | "heard" | "asleep" | "silent" | "session-lost";

/** A change of the connection, with what caused it. */
export interface ConnectionChange {
  readonly to: Connection;
  readonly reason: ConnectionReason;
}

interface Deadline extends ConnectionChange {
  readonly due: number;
}

/** What will become of the device if nothing is heard of it; `undefined` = nothing. */
export function nextDeadline(watched: WatchedDevice, blindness: Blindness): Deadline | undefined {
  const { connection, lastSeenAt, lostAt } = watched;
  switch (connection) {
    case "unknown":
    case "offline":
      return undefined;
    case "sleeping":
      return { due: blindness.deadline(watched.connectionSince, ASLEEP_AT_MOST), to: "offline", reason: "silent" };
    case "online":
    case "late": {
      const seen = lastSeenAt ?? watched.connectionSince;
      let next: Deadline = { due: blindness.deadline(seen, watched.offlineAfter), to: "offline", reason: "silent" };
      if (lostAt !== undefined) {
        const due = blindness.deadline(lostAt, LOST_AFTER);
        if (due < next.due) next = { due, to: "offline", reason: "session-lost" };
      }
      if (connection === "online") {
        const due = blindness.deadline(seen, watched.lateAfter);
        if (due < next.due) next = { due, to: "late", reason: "silent" };
      }
      return next;
    }
    default:
      return assertNever(connection);
  }
}

/** A message, or a new session. */
export function heard(watched: WatchedDevice, at: number): ConnectionChange | undefined {
  watched.lastSeenAt = at;
  watched.lostAt = undefined;
  return watched.connection === "online" ? undefined : { to: "online", reason: "heard" };
}

/** It said that it would be silent for a while. */
export function fellAsleep(watched: WatchedDevice, at: number): ConnectionChange | undefined {
  watched.lastSeenAt = at;
  watched.lostAt = undefined;
  return watched.connection === "sleeping" ? undefined : { to: "sleeping", reason: "asleep" };
}

/** It went as one goes: who said so before is believed at once. */
export function left({ connection, lostAt }: WatchedDevice): ConnectionChange | undefined {
  const isGone = lostAt !== undefined && (connection === "online" || connection === "late");
  return isGone ? { to: "offline", reason: "said-offline" } : undefined;
}

/**
 * Its will, or its farewell: a break like any other, which counts when nothing comes back. Another session that is still
 * open knows better: a will ends only its own. Who sleeps has no session to lose.
 */
export function saidOffline(watched: WatchedDevice, at: number): void {
  if (watched.sessions.size <= 1 && watched.connection !== "sleeping") watched.lostAt ??= at;
}
