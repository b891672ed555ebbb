import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, localClient, type ProcessStatus, readSettings, socketPath, systemClock } from "@linli/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiApp, create } from "./app.ts";
import { BOOTSTRAP } from "./testing/test-api.ts";

let dataDir: string;
const apps: ApiApp[] = [];
const passwords: string[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "linli-api-"));
  passwords.length = 0;
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.stop();
  await rm(dataDir, { recursive: true, force: true });
});

function createApp(environment: Record<string, string> = {}): ApiApp {
  const given = { LINLI_DATA_DIR: dataDir, LINLI_HTTP_PORT: "0", LINLI_BOOTSTRAP_TOKEN: BOOTSTRAP, ...environment };
  const log = createLogger("api", "silent");
  const showFirstPassword = (password: string) => void passwords.push(password);
  const app = create(readSettings(given), { clock: systemClock, log, showFirstPassword });
  apps.push(app);
  return app;
}

describe("the api process", () => {
  it("shows the first password at the first start only", async () => {
    const first = createApp();
    await first.start();
    expect(passwords).toHaveLength(1);
    const payload = JSON.stringify({ name: "admin", password: passwords[0] });
    const headers = { "content-type": "application/json" };
    const login = await fetch(`${first.address()}/api/v1/session`, { method: "POST", headers, body: payload });
    expect(login.status).toBe(200);
    await first.stop();
    await createApp().start();
    expect(passwords).toHaveLength(1);
  });

  it("answers its neighbours, and takes live states from them", async () => {
    const app = createApp({ LINLI_ADMIN_PASSWORD: "a given password" });
    await app.start();
    expect(passwords).toEqual([]);
    const neighbour = localClient(socketPath(dataDir, "api"));
    const status = (await neighbour.call("status")) as ProcessStatus<{ address: string }>;
    expect(status).toMatchObject({ name: "api", ready: true, details: { address: app.address() } });
    expect(await neighbour.call("metrics")).toContain("linli_api_streams 0");
    const headers = { authorization: `Bearer ${BOOTSTRAP}`, "content-type": "application/json" };
    const send = (method: string, path: string, body: object) =>
      fetch(`${app.address()}${path}`, { method, headers, body: JSON.stringify(body) });
    await send("PUT", "/api/v1/places/s", { level: "subdistrict", parentId: null, name: "s" });
    await send("POST", "/api/v1/devices", { id: "d", kind: "camera", name: "d", placeId: "s" });
    const state = { deviceId: "d", connection: "online", connectionSince: 1, lastSeenAt: 2, points: {} };
    expect(await neighbour.call("live", { states: [state] })).toMatchObject({ instance: expect.any(String) });
    neighbour.close();
    const answer = await fetch(`${app.address()}/api/v1/devices/d/state`, { headers });
    expect(await answer.json()).toEqual(state);
  });

  it("is refused on a folder that another one uses", async () => {
    await createApp().start();
    await expect(createApp().start()).rejects.toMatchObject({ code: "conflict" });
  });

  it("says which port is in use and what to do", async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
    const { port } = holder.address() as AddressInfo;
    const starting = createApp({ LINLI_HTTP_PORT: String(port) }).start();
    await expect(starting).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(new RegExp(`port ${port} is in use.*LINLI_HTTP_PORT`)),
    });
    await new Promise((resolve) => holder.close(resolve));
  });
});
