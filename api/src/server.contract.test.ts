import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BOOTSTRAP, createTestApi, newDevice, START_AT, type TestApi } from "./testing/test-api.ts";

let pagesDir: string;
let api: TestApi;
let port: number;

beforeEach(async () => {
  pagesDir = await mkdtemp(join(tmpdir(), "linli-pages-"));
  await mkdir(join(pagesDir, "assets"));
  await writeFile(join(pagesDir, "index.html"), "<!doctype html><title>Linli</title>");
  await writeFile(join(pagesDir, "assets", "index-abc123.js"), `console.log(${JSON.stringify("x".repeat(9_000))})`);
  api = await createTestApi({ pagesDir });
  port = Number(new URL(await api.server.listen({ host: "127.0.0.1", port: 0 })).port);
  await api.parts.streams.start();
});
afterEach(async () => {
  api.parts.streams.stop();
  await api.close();
  await rm(pagesDir, { recursive: true, force: true });
});

const url = (path: string) => `http://127.0.0.1:${port}${path}`;
const html = { accept: "text/html" };

describe("the pages", () => {
  it("are served with a strict policy, the shell for every path a browser opens", async () => {
    for (const path of ["/", "/devices/dev-a/data"]) {
      const answer = await fetch(url(path), { headers: html });
      expect([answer.status, await answer.text()]).toEqual([200, "<!doctype html><title>Linli</title>"]);
      expect(answer.headers.get("cache-control")).toBe("no-cache");
      const policy = answer.headers.get("content-security-policy") ?? "";
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toMatch(/script-src[^;]*unsafe/);
      expect(policy).not.toContain("upgrade-insecure-requests");
    }
  });

  it("keep hashed files for good, compressed", async () => {
    const answer = await fetch(url("/assets/index-abc123.js"), { headers: { "accept-encoding": "gzip" } });
    expect(answer.headers.get("cache-control")).toContain("immutable");
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    expect(answer.headers.get("content-type")).toContain("javascript");
  });

  it("are no answer to programs", async () => {
    for (const path of ["/api/v1/nothing", "/assets/gone.js", "/metrics/x"]) {
      const answer = await fetch(url(path), { headers: html });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    }
    expect((await fetch(url("/../package.json"))).status).toBe(404);
  });

  it("are explained when they are not built", async () => {
    const bare = await createTestApi();
    const answer = await bare.call(undefined, "GET", "/", { headers: html });
    expect(answer.status).toBe(503);
    expect(answer.body).toContain("npm run build");
    await bare.close();
  });
});

/** Opens the stream and collects its text; `until` resolves when something is in it. */
function openStream(headers: Record<string, string> = {}) {
  let text = "";
  let waiting: { part: string; resolve: () => void }[] = [];
  let ended = false;
  const outgoing = httpRequest(url("/api/v1/events/stream"), {
    headers: { authorization: `Bearer ${BOOTSTRAP}`, ...headers },
  });
  const response = new Promise<{ status: number; type: string }>((resolve) => {
    outgoing.on("response", (incoming) => {
      resolve({ status: incoming.statusCode ?? 0, type: incoming.headers["content-type"] ?? "" });
      incoming.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        waiting = waiting.filter(({ part, resolve: done }) => !text.includes(part) || done());
      });
      incoming
        .on("error", () => undefined)
        .on("close", () => {
          ended = true;
        });
    });
  });
  outgoing.on("error", () => undefined).end();
  return {
    response,
    text: () => text,
    isEnded: () => ended,
    until: (part: string) =>
      new Promise<void>((resolve) => (text.includes(part) ? resolve() : waiting.push({ part, resolve }))),
    close: () => outgoing.destroy(),
  };
}

describe("the event stream", () => {
  it("is not opened for who asks for its headers alone", async () => {
    const authorization = `Bearer ${BOOTSTRAP}`;
    const answer = await fetch(url("/api/v1/events/stream"), { method: "HEAD", headers: { authorization } });
    expect([answer.status, api.parts.streams.size]).toEqual([404, 0]);
  });

  it("tells changes and states over a real connection, uncompressed, and resumes", async () => {
    const first = openStream({ "accept-encoding": "gzip" });
    expect(await first.response).toMatchObject({ status: 200, type: "text/event-stream" });
    await first.until("event: hello");
    const seq = Number(/id: (\d+)/.exec(first.text())?.[1]);
    await api.admin("POST", "/api/v1/devices", newDevice("new", "a-1"));
    api.parts.live.apply([
      { deviceId: "new", connection: "online", connectionSince: START_AT, lastSeenAt: START_AT, points: {} },
    ]);
    await api.parts.streams.tick();
    await first.until("event: state");
    expect(first.text()).toContain(`id: ${seq + 1}\nevent: change`);
    first.close();
    const second = openStream({ "last-event-id": String(seq) });
    await second.until('"id":"new"');
    second.close();
  });

  it("is over within the stop, however many are open", async () => {
    const open = [openStream(), openStream(), openStream()];
    await Promise.all(open.map((one) => one.until("event: hello")));
    const before = performance.now();
    await api.server.close();
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it("cuts off a browser that never reads, holding little for it", async () => {
    const socket: Socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write(
      `GET /api/v1/events/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${BOOTSTRAP}\r\naccept: text/event-stream\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once("data", resolve));
    socket.pause();
    const before = process.memoryUsage().rss;
    const detail = "x".repeat(1_000);
    for (let n = 0; n < 60 && api.parts.streams.size > 0; n += 1) {
      for (let m = 0; m < 500; m += 1) await api.state.changes.announce("platform", `${n}-${m}`, { detail }, START_AT);
      await api.parts.streams.tick();
    }
    expect(api.parts.streams.size).toBe(0);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
    expect((await fetch(url("/healthz"))).status).toBe(200);
    socket.destroy();
  });
});
