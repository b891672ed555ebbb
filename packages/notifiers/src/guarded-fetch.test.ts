import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { isLinliError } from "@linli/model";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createGuardedFetch } from "./guarded-fetch.ts";
import { AnsweringServer } from "./testing/answering-server.ts";

let server: AnsweringServer;
beforeAll(async () => {
  server = await AnsweringServer.start();
});
beforeEach(() => {
  server.received.length = 0;
  server.answering = () => ({ body: "hello" });
});
afterAll(() => server.stop());

const allowed = createGuardedFetch({ allowPrivate: ["127.0.0.0/8"], maxBytes: 1_000 });
const init = { method: "POST", body: "x", timeoutMs: 10_000 };
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error: unknown) => (isLinliError(error) ? error.code : "lost"),
  );

describe("createGuardedFetch", () => {
  it("reaches an allowed address", async () => {
    const response = await allowed(server.url, { ...init, headers: { "x-name": "y" } });
    expect([response.status, await response.text()]).toEqual([200, "hello"]);
    expect(server.received.at(-1)).toMatchObject({
      method: "POST",
      text: "x",
      headers: { "x-name": "y", "content-length": "1" },
    });
  });

  it.each(["", "http://[::ffff:127.0.0.1]:9/", "http://0x7f.1:9/", "http://2130706433:9/", "http://[::1]:9/"])(
    "refuses this machine, also as %s",
    async (disguise) => {
      const guarded = createGuardedFetch({ allowPrivate: [] });
      expect(await codeOf(guarded(disguise || server.url, init))).toBe("forbidden");
      expect(server.received).toHaveLength(0);
    },
  );

  it.each(["file:///etc/passwd", "ftp://a.example/", "nonsense"])("refuses %s", async (url) => {
    expect(await codeOf(allowed(url, init))).toBe("forbidden");
  });

  it("refuses a public name that leads to a private address", async () => {
    const guarded = createGuardedFetch({ allowPrivate: [], resolve: async () => ["169.254.169.254"] });
    expect(await codeOf(guarded("http://innocent.example/", init))).toBe("forbidden");
  });

  it("connects to the address that it checked: a name is asked for once", async () => {
    const answers = [["127.0.0.1"], ["127.0.0.9"]];
    const guarded = createGuardedFetch({ allowPrivate: ["127.0.0.1"], resolve: async () => answers.shift() ?? [] });
    const { port } = new URL(server.url);
    const response = await guarded(`http://rebinding.example:${port}/`, init);
    expect(response.status).toBe(200);
    expect(server.received.at(-1)?.headers.host).toBe(`rebinding.example:${port}`);
    expect(answers).toHaveLength(1);
  });

  it("returns a redirect and does not follow it", async () => {
    server.answering = () => ({ status: 302, headers: { location: "http://169.254.169.254/" } });
    expect((await allowed(server.url, init)).status).toBe(302);
    expect(server.received).toHaveLength(1);
  });

  it("stops reading an answer that is too long", async () => {
    server.answering = () => ({ body: "x".repeat(100_000) });
    expect(await codeOf(allowed(server.url, init))).toBe("too-large");
  });

  it("names a server that is not there, or has no name, unavailable", async () => {
    const gone = await AnsweringServer.start();
    await gone.stop();
    expect(await codeOf(allowed(gone.url, init))).toBe("unavailable");
    const nameless = createGuardedFetch({ allowPrivate: [], resolve: () => Promise.reject(new Error("ENOTFOUND")) });
    expect(await codeOf(nameless("http://nowhere.example/", init))).toBe("unavailable");
  });

  it("does not wait for a name service that never answers", async () => {
    const silent = createGuardedFetch({ allowPrivate: [], resolve: () => new Promise(() => {}) });
    expect(await codeOf(silent("http://slow.example/", { ...init, timeoutMs: 5 }))).toBe("unavailable");
  });

  it("does not call it unsent when the answer is lost on the way", async () => {
    const hangingUp = await listen(createServer((socket) => socket.once("data", () => socket.destroy())));
    expect(await codeOf(allowed(hangingUp.url, init))).toBe("lost");
    await hangingUp.stop();
  });

  it("gives up a server that takes the request and says nothing", async () => {
    const stop = new AbortController();
    const silent = await listen(
      createServer((socket) => socket.once("data", () => stop.abort()).on("error", () => {})),
    );
    expect(await codeOf(allowed(silent.url, { ...init, signal: stop.signal }))).toBe("lost");
    await silent.stop();
  });
});

async function listen(listening: Server) {
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const { port } = listening.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => new Promise((resolve) => listening.close(resolve)) };
}
