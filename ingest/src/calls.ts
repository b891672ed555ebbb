import { LinliError } from "@linli/model";
import { type Clock, type LocalHandler, sleep } from "@linli/runtime";
import { z } from "zod";
import type { Health } from "./health.ts";
import type { WatchLoop } from "./watch/loop.ts";

const DRAIN_LOOK_MS = 10;
const DRAIN_WAIT_MS = 1_500;

/** StatesCall. */
const statesCall = z.strictObject({ deviceIds: z.array(z.string()).optional() }).default({});
/** DrainedCall. */
const drainedCall = z.strictObject({ sequence: z.number().int(), waitMs: z.number().int().max(60_000).optional() });

/** What ingest answers on its local socket. */
export function createCalls(
  health: Health,
  watch: () => WatchLoop | undefined,
  clock: Clock,
): Readonly<Record<string, LocalHandler>> {
  return {
    status: () => health.status(),
    metrics: () => health.metricsText(),
    states(body) {
      const { deviceIds } = statesCall.parse(body ?? {});
      const loop = watch();
      if (loop === undefined) throw new LinliError("unavailable", "ingest is starting");
      return loop.states(deviceIds);
    },
    async drained(body) {
      const { sequence, waitMs = DRAIN_WAIT_MS } = drainedCall.parse(body);
      const until = clock.monotonic() + waitMs;
      while (!health.isPast(sequence)) {
        if (clock.monotonic() >= until) return false;
        await sleep(clock, DRAIN_LOOK_MS);
      }
      return true;
    },
  };
}
