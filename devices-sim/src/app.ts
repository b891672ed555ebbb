import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LinliError } from "@linli/model";
import {
  type App,
  type Deps,
  type LocalServer,
  type ProcessStatus,
  reachableHost,
  type Settings,
  selfDescription,
  serveLocal,
  socketPath,
} from "@linli/runtime";
import { parseFleet } from "./fleet.ts";
import { mqttTransport } from "./link/mqtt.ts";
import type { Transport } from "./link/transport.ts";
import { createFleet, type Simulator, type SimulatorCounts, type SimulatorSettings } from "./simulator.ts";

export { FAULTS } from "./faults/index.ts";
export type { FaultEntry } from "./faults/timeline.ts";
export type { Fleet, FleetDevice } from "./fleet.ts";
export { GENTLE, type HabitRates, NONE } from "./habits.ts";
export { mqttTransport } from "./link/mqtt.ts";
export type { Connection, ConnectionEvents, Login, Transport } from "./link/transport.ts";
export { loadNeighbourhood, type Neighbourhood } from "./neighbourhood/load.ts";
export { type Seeding, seedNeighbourhood } from "./seed.ts";
export type { Simulator, SimulatorCounts, SimulatorSettings } from "./simulator.ts";

/** The neighbourhood that comes with Linli, as YAML for `loadNeighbourhood`. */
export function bundledNeighbourhood(): string {
  return readFileSync(new URL("../neighbourhood.yaml", import.meta.url), "utf8");
}

/** A fleet that logs in at `settings.broker` and behaves; `deps.transport` replaces MQTT in tests. */
export function createSimulator(settings: SimulatorSettings, deps: Deps & { transport?: Transport }): Simulator {
  return createFleet(settings, deps, deps.transport ?? mqttTransport(settings.broker));
}

/** The fleet of a data folder that was seeded with the demo. Fails with `not-found` when there is none. */
function readDemoFleet(dataDir: string) {
  const path = join(dataDir, "demo", "fleet.json");
  try {
    return parseFleet(readFileSync(path, "utf8"), path);
  } catch (error) {
    if (error instanceof LinliError) throw error;
    throw new LinliError("not-found", `${path} cannot be read: this data folder has no demo`, { cause: error });
  }
}

/** The simulator as one of the supervised processes of a data folder. */
export function create(settings: Settings, deps: Deps): App {
  const broker = `mqtt://${reachableHost(settings.LINLI_HOST)}:${settings.LINLI_MQTT_PORT}`;
  let simulator: Simulator | undefined;
  let server: LocalServer | undefined;
  const since = deps.clock.now();

  const status = (): ProcessStatus<SimulatorCounts | undefined> => ({
    ...selfDescription("devices-sim", since),
    ready: simulator !== undefined,
    faults: [],
    details: simulator?.counts(),
  });

  return {
    async start() {
      simulator = createSimulator({ fleet: readDemoFleet(settings.LINLI_DATA_DIR), broker }, deps);
      server = await serveLocal(socketPath(settings.LINLI_DATA_DIR, "devices-sim"), { status });
      await simulator.start();
    },
    async stop() {
      await simulator?.stop();
      await server?.close();
    },
  };
}
