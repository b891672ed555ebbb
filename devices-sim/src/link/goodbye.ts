import type { Clock } from "@linli/runtime";
import type { Session } from "./session.ts";

const PATIENCE = 2_000;

/** Ends sessions cleanly; gives up on a broker that does not answer. */
export async function sayGoodbye(sessions: readonly Session[], clock: Clock): Promise<void> {
  let cancel = () => {};
  const deadline = new Promise<void>((resolve) => {
    cancel = clock.after(PATIENCE, resolve);
  });
  await Promise.race([Promise.allSettled(sessions.map((session) => session.stop())), deadline]);
  cancel();
}
