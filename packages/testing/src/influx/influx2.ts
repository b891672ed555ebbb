import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServerProcess } from "./server-process.ts";
import { steadyPort } from "./steady-port.ts";
import { type InfluxUnderTest, ownServer, versionOf } from "./under-test.ts";

export interface Influx2Options {
  /** The server program; that of `LINLI_TEST_INFLUXD2` otherwise. */
  readonly binary?: string;
  /** Further settings, such as `["--storage-cache-max-memory-size", "1048576"]`. */
  readonly args?: readonly string[];
}

const ORG = "linli";
const TOKEN = "a-token-of-the-tests-with-every-right";
/** Setting up needs a bucket; none that anybody means to use, so that they see to their own. */
const FIRST_BUCKET = "first";

async function setUp(url: string): Promise<void> {
  const body = { username: "administrator", password: "open sesame 42", org: ORG, bucket: FIRST_BUCKET, token: TOKEN };
  const answer = await fetch(`${url}/api/v2/setup`, { method: "POST", body: JSON.stringify(body) });
  if (answer.status !== 201) throw new Error(`not set up: ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
}

/** An InfluxDB 2.x of its own, set up with an organisation and a token, in a temporary folder. */
export async function startInflux2(options: Influx2Options = {}): Promise<InfluxUnderTest> {
  const binary = options.binary ?? process.env.LINLI_TEST_INFLUXD2;
  if (!binary) throw new Error("LINLI_TEST_INFLUXD2 names no InfluxDB 2.x server");
  const folder = await mkdtemp(join(tmpdir(), "linli-influx2-"));
  const port = await steadyPort();
  const url = `http://127.0.0.1:${port}`;
  const flags = {
    "http-bind-address": `127.0.0.1:${port}`,
    "bolt-path": join(folder, "influxd.bolt"),
    "sqlite-path": join(folder, "influxd.sqlite"),
    "engine-path": join(folder, "engine"),
    "log-level": "error",
  };
  const server = new ServerProcess({
    command: binary,
    args: [
      ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
      "--reporting-disabled",
      ...(options.args ?? []),
    ],
    folder,
    readyUrl: `${url}/health`,
  });
  try {
    await (await server.start()).body?.cancel();
    await setUp(url);
    const version = await versionOf(await fetch(`${url}/ping`));
    return ownServer({ generation: 2, url, org: ORG, token: TOKEN }, version, { process: server, folder });
  } catch (error) {
    await server.end("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
