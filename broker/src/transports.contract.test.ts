import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLogger, readSettings, systemClock } from "@linli/runtime";
import { createMemoryJournal, openMemoryState } from "@linli/stores";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { create } from "./app.ts";
import { type BrokerUnderTest, startBroker, tokenOf } from "./test-support/broker-under-test.ts";

const TOPIC = "linli/v1/devices/lift-1/telemetry";
const login = { protocolVersion: 4, username: "lift-1", password: tokenOf("lift-1"), reconnectPeriod: 0 } as const;
const certificate = (name: string) => fileURLToPath(new URL(`../testdata/tls/${name}`, import.meta.url));
let folder: string;
let broker: BrokerUnderTest;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "linli-transports-"));
  broker = await startBroker({
    LINLI_MQTT_WS_PORT: "0",
    LINLI_MQTTS_PORT: "0",
    LINLI_TLS_CERT: certificate("cert.pem"),
    LINLI_TLS_KEY: certificate("key.pem"),
  });
});
afterAll(async () => {
  await broker.dispose();
  rmSync(folder, { recursive: true });
});

async function speak(client: MqttClient): Promise<void> {
  for (const qos of [0, 1, 2] as const) await client.publishAsync(TOPIC, `qos ${qos} ${"x".repeat(70_000)}`, { qos });
  const [granted] = await client.subscribeAsync("linli/v1/devices/lift-1/commands/+", { qos: 1 });
  expect(granted).toMatchObject({ qos: 1 });
  await client.endAsync();
}

describe("a whole conversation", () => {
  test("over TCP", async () => speak(await connectAsync(`mqtt://127.0.0.1:${broker.app.ports().mqtt}`, login)));

  test("over WebSocket, on any path", async () =>
    speak(await connectAsync(`ws://127.0.0.1:${broker.app.ports().ws}/any/path`, login)));

  test("over TLS", async () =>
    speak(
      await connectAsync(`mqtts://127.0.0.1:${broker.app.ports().mqtts}`, { ...login, rejectUnauthorized: false }),
    ));

  test("all of it is in the journal", async () => {
    const published = (await broker.records()).filter(({ kind }) => kind === "publish");
    expect(published).toHaveLength(9);
  });
});

describe("a start that cannot be", () => {
  const deps = { clock: systemClock, log: createLogger("broker", "silent") };

  test("a port in use is named, with what to do", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const dir = mkdtempSync(join(folder, "data-"));
    const state = await openMemoryState();
    const settings = readSettings({ LINLI_DATA_DIR: dir, LINLI_MQTT_PORT: String(port) });
    const app = create(settings, { ...deps, state, journal: createMemoryJournal().writer });
    await expect(app.start()).rejects.toMatchObject({
      code: "conflict",
      problems: [{ field: "LINLI_MQTT_PORT", value: port }],
    });
    await app.stop();
    await state.close();
    await new Promise((resolve) => taken.close(resolve));
  });

  test("a data folder in use is left alone", async () => {
    const settings = readSettings({ LINLI_DATA_DIR: broker.dir, LINLI_MQTT_PORT: "0" });
    const state = await openMemoryState();
    const app = create(settings, { ...deps, state, journal: createMemoryJournal().writer });
    await expect(app.start()).rejects.toMatchObject({ code: "conflict" });
    await app.stop();
    await state.close();
  });
});
