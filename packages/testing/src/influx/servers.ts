import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { startInflux1 } from "./influx1.ts";
import { startInflux2 } from "./influx2.ts";
import { foreignServer, type Generation, type InfluxUnderTest } from "./under-test.ts";

export type InfluxName = "influx1" | "influx2" | "influx3";

/** An InfluxDB server that can be tested on this machine. */
export interface InfluxServerHere {
  /** As `LINLI_TEST_REQUIRED` and `LINLI_SERIES` name it. */
  readonly name: InfluxName;
  readonly generation: Generation;
  /** Started for the tests, so that they may kill it; false = somebody else runs it. */
  readonly ours: boolean;
  start(): Promise<InfluxUnderTest>;
}

/** What provides each of them. */
export const INFLUX_PROVIDED_BY: Readonly<Record<InfluxName, string>> = {
  influx1: "influxd on the path",
  influx2: "LINLI_TEST_INFLUXD2 or LINLI_TEST_INFLUX2_URL",
  influx3: "LINLI_TEST_INFLUX3_URL",
};

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => canRun(join(folder, program)));
}

function foreign(generation: 2 | 3): InfluxServerHere[] {
  const url = process.env[`LINLI_TEST_INFLUX${generation}_URL`];
  const token = process.env[`LINLI_TEST_INFLUX${generation}_TOKEN`];
  const org = process.env[`LINLI_TEST_INFLUX${generation}_ORG`];
  if (!url) return [];
  const access = { generation, url: url.replace(/\/$/, ""), ...(token && { token }), ...(org && { org }) };
  return [{ name: `influx${generation}`, generation, ours: false, start: () => foreignServer(access) }];
}

/** Those that this machine has; `LINLI_TEST_…` variables name what it cannot find itself. */
export function influxServers(): readonly InfluxServerHere[] {
  const first: InfluxServerHere = { name: "influx1", generation: 1, ours: true, start: () => startInflux1() };
  const binary = process.env.LINLI_TEST_INFLUXD2;
  const second: InfluxServerHere = { name: "influx2", generation: 2, ours: true, start: () => startInflux2() };
  if (binary && !canRun(binary)) throw new Error(`LINLI_TEST_INFLUXD2: ${binary} cannot be run`);
  return [...(isOnPath("influxd") ? [first] : []), ...(binary ? [second] : foreign(2)), ...foreign(3)];
}

/** That of one name, when it is here. */
export function influxServer(name: InfluxName): InfluxServerHere | undefined {
  return influxServers().find((server) => server.name === name);
}
