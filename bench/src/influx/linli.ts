import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FloodConnection, startInflux1 } from "@linli/testing";
import { eventually, startPlatform } from "../../../test/support/platform.ts";
import { seedFleet } from "../fleet.ts";
import type { Stack } from "./stack.ts";

const PROCESSES = ["broker", "ingest", "api", "notify"];

function listens(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(undefined));
  });
}

/** A data folder with registered devices, to be given to `startLinliStack`. */
export async function prepareFleet(
  devices: number,
  connections: number,
): Promise<{ dataDir: string; fleet: readonly FloodConnection[] }> {
  const dataDir = await mkdtemp(join(tmpdir(), "linli-bench-influx-"));
  return { dataDir, fleet: await seedFleet(dataDir, devices, connections) };
}

/** All of Linli, as shipped; only the limit of messages per device is off. */
export async function startLinliStack(dataDir: string): Promise<Stack> {
  const influx = await startInflux1();
  const platform = await startPlatform({
    dataDir,
    environment: {
      LINLI_LOG_LEVEL: "error",
      LINLI_MQTT_RATE_PER_DEVICE: "1000000",
      LINLI_SERIES: "influx1",
      LINLI_SERIES_URL: influx.url,
    },
  });
  return {
    name: "Linli",
    port: platform.mqtt,
    influx,
    database: "linli",
    field: "temperature",
    async pids() {
      const pids = await Promise.all(PROCESSES.map((name) => platform.pidOf(name)));
      return pids.filter((pid) => pid !== undefined);
    },
    async killBroker() {
      const pid = await platform.pidOf("broker");
      if (pid !== undefined) process.kill(pid, "SIGKILL");
    },
    // its supervisor starts it again
    brokerIsBack: () => eventually("the broker is back", () => listens(platform.mqtt)).then(() => {}),
    async stop() {
      await platform.stop();
      await platform.dispose();
      await influx.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
