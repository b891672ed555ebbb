import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServerProcess } from "./server-process.ts";
import { steadyPort } from "./steady-port.ts";
import { type InfluxUnderTest, ownServer, versionOf } from "./under-test.ts";

export interface Influx1Options {
  /** Users and passwords are asked for; there is one administrator then. */
  readonly auth?: boolean;
  /** Further lines of its configuration by section, such as `{ data: ["max-values-per-tag = 10"] }`. */
  readonly configuration?: Readonly<Record<string, readonly string[]>>;
}

const ADMINISTRATOR = { user: "administrator", password: "open sesame 42" };

function configurationFile(folder: string, ports: { http: number; rpc: number }, options: Influx1Options): string {
  const { auth = false, configuration = {} } = options;
  const sections: Record<string, string[]> = {
    meta: [`dir = "${join(folder, "meta")}"`, "logging-enabled = false"],
    data: [
      `dir = "${join(folder, "data")}"`,
      `wal-dir = "${join(folder, "wal")}"`,
      ...(configuration.data?.some((line) => line.startsWith("index-version")) ? [] : ['index-version = "tsi1"']),
      "query-log-enabled = false",
    ],
    http: [`bind-address = "127.0.0.1:${ports.http}"`, `auth-enabled = ${auth}`, "log-enabled = false"],
    monitor: ["store-enabled = false"],
    continuous_queries: ["enabled = false"],
    logging: ['level = "error"', "suppress-logo = true"],
  };
  for (const [name, lines] of Object.entries(configuration)) sections[name] = [...(sections[name] ?? []), ...lines];
  return [
    "reporting-disabled = true",
    `bind-address = "127.0.0.1:${ports.rpc}"`,
    ...Object.entries(sections).flatMap(([name, lines]) => [`[${name}]`, ...lines]),
    "",
  ].join("\n");
}

async function createAdministrator(url: string): Promise<void> {
  const { user, password } = ADMINISTRATOR;
  const q = `CREATE USER ${user} WITH PASSWORD '${password}' WITH ALL PRIVILEGES`;
  const answer = await fetch(`${url}/query`, { method: "POST", body: new URLSearchParams({ q }) });
  if (!answer.ok) throw new Error(`no administrator: ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
}

/** An InfluxDB 1.x of its own, from `influxd` on the path, in a temporary folder. */
export async function startInflux1(options: Influx1Options = {}): Promise<InfluxUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), "linli-influx1-"));
  const ports = { http: await steadyPort(), rpc: await steadyPort() };
  const url = `http://127.0.0.1:${ports.http}`;
  const file = join(folder, "influxdb.conf");
  await writeFile(file, configurationFile(folder, ports, options));
  const process = new ServerProcess({
    command: "influxd",
    args: ["run", "-config", file],
    folder,
    readyUrl: `${url}/ping`,
  });
  try {
    const version = await versionOf(await process.start());
    if (options.auth) await createAdministrator(url);
    return ownServer({ generation: 1, url, ...(options.auth && ADMINISTRATOR) }, version, { process, folder });
  } catch (error) {
    await process.end("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
