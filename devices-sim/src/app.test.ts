import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, localClient, readSettings, socketPath, systemClock } from "@linli/runtime";
import { afterEach, beforeEach, expect, it } from "vitest";
import { create } from "./app.ts";

const deps = { clock: systemClock, log: createLogger("test", "silent") };
let dataDir = "";
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "linli-sim-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

// port 1: nobody listens there, so the fleet stays offline
const settings = () => readSettings({ LINLI_DATA_DIR: dataDir, LINLI_MQTT_PORT: "1" });

it("refuses a data folder without the demo, and says so", async () => {
  await expect(create(settings(), deps).start()).rejects.toMatchObject({ code: "not-found" });
});

it("names what is wrong with its fleet file", async () => {
  await mkdir(join(dataDir, "demo"));
  await writeFile(join(dataDir, "demo", "fleet.json"), '{"devices":[{"id":"a","kind":"camera","gatewayId":"nobody"}]}');
  await expect(create(settings(), deps).start()).rejects.toMatchObject({
    code: "invalid",
    problems: [{ field: "devices.a.gatewayId", value: "nobody" }],
  });
});

it("answers for itself on its local socket", async () => {
  await mkdir(join(dataDir, "demo"));
  await writeFile(join(dataDir, "demo", "fleet.json"), '{"devices":[{"id":"a","kind":"camera","token":"t"}]}');
  const app = create(settings(), deps);
  await app.start();
  const client = localClient(socketPath(dataDir, "devices-sim"));
  expect(await client.call("status")).toMatchObject({
    name: "devices-sim",
    ready: true,
    details: { devices: 1, online: 0 },
  });
  client.close();
  await app.stop();
  await app.stop();
});
