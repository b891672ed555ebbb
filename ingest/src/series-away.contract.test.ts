import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { DeviceState } from "@linli/model";
import {
  type App,
  createLogger,
  type IngestDetails,
  type LiveCall,
  type ProcessStatus,
  serveLocal,
  socketPath,
  systemClock,
} from "@linli/runtime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { create } from "./app.ts";
import { until } from "./testing/archive-harness.ts";
import { entry, published } from "./testing/entries.ts";
import { type Folder, makeFolder } from "./testing/folder.ts";

const NOW = Date.now();

let folder: Folder;
let server: Server;
const connections = new Set<Socket>();
let app: App | undefined;

/** An InfluxDB that takes connections and never says a word. */
beforeEach(async () => {
  server = createServer((socket) => {
    connections.add(socket);
    socket.on("error", () => undefined);
    socket.resume();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  folder = await makeFolder({
    LINLI_SERIES: "influx1",
    LINLI_SERIES_URL: `http://127.0.0.1:${port}`,
    LINLI_SERIES_TIMEOUT: "1h",
  });
  await folder.addDevice("s1");
  app = create(folder.settings, { clock: systemClock, log: createLogger("ingest", "silent") });
});

afterEach(async () => {
  await app?.stop();
  for (const socket of connections) socket.destroy();
  connections.clear();
  await new Promise((resolve) => server.close(resolve));
  await folder.remove();
});

async function status(): Promise<ProcessStatus<IngestDetails>> {
  return (await folder.ingest.call("status")) as ProcessStatus<IngestDetails>;
}

test("while the series store hangs for ever, watch decides, live states flow, and stopping loses nothing", async () => {
  const pushed = new Map<string, DeviceState>();
  const api = await serveLocal(socketPath(folder.dir, "api"), {
    live(body) {
      for (const state of (body as LiveCall).states) pushed.set(state.deviceId, state);
      return { instance: "test" };
    },
  });
  try {
    await app?.start();
    expect((await status()).ready).toBe(true);
    await folder.append([published("s1", NOW, { temperature: 21 })]);
    await until(() => connections.size > 0);
    const silence = Array.from({ length: 7_200 }, (_, n) => entry("tick", NOW + (n + 1) * 1_000));
    await folder.append([published("s1", NOW + 1, { temperature: 22 }), ...silence]);

    await until(async () => (await folder.state.watch.transitions("s1", 5, "connection")).length === 3);
    const states = (await folder.state.watch.transitions("s1", 5, "connection")).map(({ data }) => data.to);
    expect(states).toEqual(["offline", "late", "online"]);
    await until(() => pushed.get("s1")?.connection === "offline");
    expect(pushed.get("s1")?.points.temperature?.value).toBe(22);

    await until(async () => (await status()).details.archive.waitingBytes > 0);
    const { archive } = (await status()).details;
    expect(archive).toMatchObject({ sequence: 0, written: 0, lag: 7_202 });
    const metrics = String(await folder.ingest.call("metrics"));
    expect(metrics).toMatch(/^linli_ingest_archive_waiting_bytes [1-9]/m);
    expect(metrics).toMatch(/^linli_ingest_archive_batches_total 0$/m);

    await app?.stop();
    expect(await folder.state.archive.totals()).toMatchObject({ sequence: 0, written: 0 });
    expect((await folder.state.watch.checkpoint())?.sequence).toBe(7_202);
  } finally {
    await api.close();
  }
});
