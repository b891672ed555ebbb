import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LinliError } from "@linli/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalServer, localClient, serveLocal, socketPath } from "./local-socket.ts";

let dir = "";
let server: LocalServer | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "linli-sock-"));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(dir, { recursive: true });
});

async function serve(handlers: Parameters<typeof serveLocal>[1]) {
  server = await serveLocal(socketPath(dir, "broker"), handlers);
  return localClient(socketPath(dir, "broker"));
}

describe("local socket", () => {
  it("carries a body there and an answer back", async () => {
    const client = await serve({ echo: (body) => ({ got: body }) });
    expect(await client.call("echo", { 设备: 1 })).toEqual({ got: { 设备: 1 } });
    client.close();
  });

  it("carries the code of an expected failure, and calls the rest internal", async () => {
    const client = await serve({
      full: () => {
        throw new LinliError("unavailable", "disk full");
      },
      bug: () => {
        throw new TypeError("x is undefined");
      },
    });
    await expect(client.call("full")).rejects.toMatchObject({ code: "unavailable", message: "disk full" });
    await expect(client.call("bug")).rejects.toMatchObject({ code: "internal" });
    await expect(client.call("nothing")).rejects.toMatchObject({ code: "not-found" });
    client.close();
  });

  it("says unavailable when nobody answers", async () => {
    const client = localClient(socketPath(dir, "nobody"));
    await expect(client.call("status")).rejects.toMatchObject({ code: "unavailable" });
  });

  it("keeps a second process out while the first one lives", async () => {
    await serve({});
    await expect(serveLocal(socketPath(dir, "broker"), {})).rejects.toMatchObject({ code: "conflict" });
  });

  it("fits a folder whose path is longer than a socket's may be", () => {
    expect(socketPath(`/${"long/".repeat(40)}`, "broker").length).toBeLessThanOrEqual(100);
  });
});
