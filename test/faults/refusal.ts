import type { BrokerDetails, Fault as PlatformFault } from "@linli/runtime";
import { demand, statusOf } from "../support/enrolment.ts";
import { eventually, type Platform } from "../support/platform.ts";
import { mustHold } from "./fault.ts";
import type { Load } from "./load.ts";

const CONNECT_UNAVAILABLE = 3;
export const PROCESSES = ["broker", "ingest", "api", "notify"] as const;

/** To see that no process was started again. */
export async function pidsOf(platform: Platform): Promise<string> {
  return (await Promise.all(PROCESSES.map((name) => platform.pidOf(name)))).join();
}

async function faultsOf(platform: Platform): Promise<string[]> {
  const { faults } = await demand<{ faults: PlatformFault[] }>(platform, "GET", "/api/v1/platform");
  return faults.map(({ code }) => code);
}

/** Resolves once all of these faults are open, or none is when none is named; answers after how many seconds. */
export async function showsFaults(platform: Platform, codes: readonly string[]): Promise<number> {
  const began = performance.now();
  await eventually(`faults ${codes.join() || "over"}`, async () => {
    const open = await faultsOf(platform);
    return (codes.length === 0 ? open.length === 0 : codes.every((code) => open.includes(code))) || undefined;
  });
  return (performance.now() - began) / 1_000;
}

/**
 * Resolves once every publisher was sent away and is told at CONNECT to try later. `keepFull` is called before each look:
 * the journal makes room by deleting segments that everybody has read, and takes messages again.
 */
export async function isRefused(
  platform: Platform,
  load: Load,
  keepFull: () => Promise<void> = async () => {},
): Promise<void> {
  await eventually("publishers are disconnected and CONNECT is refused", async () => {
    await keepFull();
    if (load.publishers.some(({ connected }) => connected)) return undefined;
    for (const publisher of load.publishers) {
      if (await publisher.connect(platform.mqtt)) return undefined;
      if (publisher.refusedWith !== CONNECT_UNAVAILABLE) return undefined;
    }
    return true;
  });
  const { acknowledged } = load;
  const { appended } = (await statusOf<BrokerDetails>(platform, "broker")).details.journal;
  mustHold(acknowledged <= appended, `${acknowledged} acknowledged, ${appended} durable`);
}
