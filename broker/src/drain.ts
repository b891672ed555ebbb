import { type Clock, sleep } from "@linli/runtime";
import type { Broker } from "./broker.ts";
import { endSession } from "./sessions.ts";

const LOOK_AGAIN_MS = 5;
/** How long a client may take to read what it was sent before its connection is cut. */
const FAREWELL_MS = 500;

async function until(condition: () => boolean, clock: Clock, deadline: number): Promise<void> {
  while (!condition() && clock.monotonic() < deadline) await sleep(clock, LOOK_AGAIN_MS);
}

/**
 * Ends the broker in order: nothing new is read, what was read comes to disk and is acknowledged, every connection is
 * closed (journalled as `shutdown`: no device is to blame), and `stop` is the last entry. Takes `timeoutMs` at most,
 * and a little; what is not on disk by then was not acknowledged.
 */
export async function drain(broker: Broker, timeoutMs: number, clock: Clock): Promise<void> {
  const { door, valve, intake, sessions, epoch } = broker;
  const deadline = clock.monotonic() + timeoutMs;
  door.shut();
  valve.shut();
  await until(() => intake.pendingBytes === 0, clock, deadline);
  for (const session of sessions.all()) {
    session.endReason ??= "shutdown";
    session.client.conn.end();
  }
  await until(() => sessions.size === 0, clock, Math.min(deadline, clock.monotonic() + FAREWELL_MS));
  for (const session of [...sessions.all()]) endSession(session, "shutdown");
  await broker.close();
  await until(() => sessions.size === 0, clock, deadline);
  intake.event("stop", "", epoch);
  await until(() => intake.pendingBytes === 0, clock, deadline);
}
