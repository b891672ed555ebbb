import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Flood } from "@linli/testing";
import { seedFleet } from "./fleet.ts";
import { type Server, startBareAedes, startBroker, startMosquitto } from "./servers.ts";
import { type Measure, median, thousands } from "./table.ts";

const MESSAGES = 400_000;
const ROUNDS = 3;
const MEMBERS = '"temperature":21.5,"humidity":40.5,"co2":640';

/** Acknowledged QoS 1 publishes a second, pipelined, of about 100 bytes: durable here, not durable in the references. */
export async function measureAcknowledgements(connections: number, window: number): Promise<Measure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "linli-bench-"));
  const fleet = await seedFleet(dataDir, connections, connections);
  const servers: readonly (readonly [string, Server | undefined])[] = [
    ["linli", await startBroker(dataDir)],
    ["aedes", await startBareAedes()],
    ["mosquitto", await startMosquitto()],
  ];
  const rates = new Map<string, number[]>();
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, server] of servers) {
        if (!server) continue;
        const flood = new Flood({
          port: server.port,
          connections: fleet,
          window,
          members: MEMBERS,
          firstAt: Date.now(),
          stepMs: 1,
        });
        if (!(await flood.connected())) throw new Error(`${name} did not let everybody in`);
        await flood.run(MESSAGES / 10);
        const { acknowledged, seconds } = await flood.run(MESSAGES);
        rates.set(name, [...(rates.get(name) ?? []), acknowledged / seconds]);
        flood.close();
      }
    }
  } finally {
    for (const [, server] of servers) await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
  const linli = median(rates.get("linli") ?? []);
  const against = (name: string, what: string, goal: string): Measure => {
    const reference = median(rates.get(name) ?? []);
    const known = Number.isFinite(reference);
    return {
      what: `acknowledged publishes, ${connections} connections`,
      linli: `${thousands(linli)} durable`,
      reference: known ? `${what} ${thousands(reference)}` : `${what}: not installed`,
      ratio: known ? (linli / reference).toFixed(2) : "–",
      goal,
    };
  };
  return [against("aedes", "bare Aedes", "≥ 0.75"), against("mosquitto", "Mosquitto, not durable", "≥ 1")];
}
