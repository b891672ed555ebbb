import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Stats } from "@linli/model";
import { Flood } from "@linli/testing";
import { eventually, startPlatform } from "../../test/support/platform.ts";
import { seedFleet } from "./fleet.ts";
import { startBroker, usageOf } from "./servers.ts";
import { type Measure, mebibytes } from "./table.ts";

const IDLE_CONNECTIONS = 5_000;
const AT_ONCE = 250;
const SETTLE_MS = 60_000;
const WATCH_SECONDS = 60;
const PROCESSES = ["broker", "ingest", "notify", "api", "devices-sim"] as const;

/** What the broker holds in memory for sessions that say nothing. */
export async function measureIdleConnections(): Promise<Measure> {
  const dataDir = await mkdtemp(join(tmpdir(), "linli-bench-"));
  const fleet = await seedFleet(dataDir, IDLE_CONNECTIONS, IDLE_CONNECTIONS);
  const broker = await startBroker(dataDir);
  const floods: Flood[] = [];
  try {
    const before = await usageOf(broker.pid);
    for (let start = 0; start < fleet.length; start += AT_ONCE) {
      const connections = fleet.slice(start, start + AT_ONCE);
      const flood = new Flood({ port: broker.port, connections, window: 1, members: "", firstAt: 0, stepMs: 1 });
      if (!(await flood.connected())) throw new Error("not everybody was let in");
      floods.push(flood);
    }
    const after = await usageOf(broker.pid);
    const each = Math.round((after.rssBytes - before.rssBytes) / IDLE_CONNECTIONS / 1_024);
    return {
      what: `${IDLE_CONNECTIONS} idle connections`,
      linli: `${mebibytes(after.rssBytes)} in the broker (${each} KiB each)`,
      reference: `${mebibytes(before.rssBytes)} without`,
      ratio: "–",
      goal: "≤ 400 MiB",
    };
  } finally {
    for (const flood of floods) flood.close();
    await broker.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** What the bundled neighbourhood costs when nobody looks. */
export async function measureNeighbourhood(): Promise<Measure> {
  const platform = await startPlatform({ demo: true });
  try {
    await eventually("every device is online", async () => {
      const { devices } = (await platform.api("GET", "/api/v1/stats")).body as Stats;
      return devices.online > 350 || undefined;
    });
    await delay(SETTLE_MS);
    const pids = await Promise.all(PROCESSES.map((name) => platform.pidOf(name)));
    const usage = () => Promise.all([platform.pid, ...pids].map((pid) => usageOf(pid ?? 0)));
    const before = await usage();
    await delay(WATCH_SECONDS * 1_000);
    const after = await usage();
    const shares = after.map(
      ({ cpuSeconds }, n) => (100 * (cpuSeconds - (before[n]?.cpuSeconds ?? 0))) / WATCH_SECONDS,
    );
    const total = shares.reduce((sum, share) => sum + share, 0);
    const parts = ["supervisor", ...PROCESSES].map((name, n) => `${name} ${shares[n]?.toFixed(1)}`).join(", ");
    const rss = after.reduce((sum, { rssBytes }) => sum + rssBytes, 0);
    return {
      what: "the bundled neighbourhood, idle",
      linli: `${total.toFixed(1)} % of one core (${parts}), ${mebibytes(rss)}`,
      reference: "–",
      ratio: "–",
      goal: "< 15 %",
    };
  } finally {
    await platform.stop();
    await platform.dispose();
  }
}
