import { appendFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { ServerProcess } from "./server-process.ts";

export type Generation = 1 | 2 | 3;

/** An InfluxDB server that tests may fill, and break when it is theirs. */
export interface InfluxUnderTest {
  readonly generation: Generation;
  /** As it says itself, such as `2.7.12`. */
  readonly version: string;
  readonly url: string;
  readonly org?: string;
  readonly token?: string;
  readonly user?: string;
  readonly password?: string;
  /** kill -9; resolves once it is gone. Rejects when the server is not ours. */
  kill(): Promise<void>;
  /** Serves again on the same folder and port, after `kill` or from running. Rejects when the server is not ours. */
  restart(): Promise<void>;
  /** Ends it and removes its folder; leaves a server alone that is not ours. */
  stop(): Promise<void>;
}

export type InfluxAccess = Pick<InfluxUnderTest, "generation" | "url" | "org" | "token" | "user" | "password">;

/** The version in an answer to `/ping`. */
export async function versionOf(ping: Response): Promise<string> {
  const text = await ping.text();
  const header = ping.headers.get("x-influxdb-version") ?? ping.headers.get("x-influxdb-build");
  const said = header ?? /"version"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? "of an unknown version";
  return said.replace(/^v/, "").replace(/~.*$/, "");
}

/** The file that collects which versions were tested, for the last lines of a test run. */
export const TESTED_FILE = "LINLI_TEST_INFLUX_TESTED_FILE";

function noteTested(generation: Generation, version: string): void {
  const file = process.env[TESTED_FILE];
  if (file) appendFileSync(file, `${generation} ${version}\n`);
}

/** A server that runs as a child of this process. */
export function ownServer(access: InfluxAccess, version: string, parts: { process: ServerProcess; folder: string }) {
  noteTested(access.generation, version);
  const { process: server, folder } = parts;
  const influx: InfluxUnderTest = {
    ...access,
    version,
    kill: () => server.end("SIGKILL"),
    async restart() {
      await server.end("SIGTERM");
      const answer = await server.start();
      await answer.body?.cancel();
    },
    async stop() {
      await server.end("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
  return influx;
}

/** A server that somebody else runs. */
export async function foreignServer(access: InfluxAccess): Promise<InfluxUnderTest> {
  const headers = access.token ? { authorization: `Token ${access.token}` } : {};
  const version = await versionOf(await fetch(`${access.url}/ping`, { headers }));
  noteTested(access.generation, version);
  const refuse = () => Promise.reject(new Error(`${access.url} is not ours to end`));
  return { ...access, version, kill: refuse, restart: refuse, stop: () => Promise.resolve() };
}
