import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FaultProxy, isWrite, startFaultProxy } from "./fault-proxy.ts";

let upstream: Server;
let proxy: FaultProxy;
/** Bodies that arrived at the server behind it. */
let arrived: string[];

beforeEach(async () => {
  arrived = [];
  upstream = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      arrived.push(Buffer.concat(chunks).toString());
      outgoing.writeHead(204, { "x-served-by": "upstream" }).end();
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  proxy = await startFaultProxy(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
});

afterEach(async () => {
  await proxy.close();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});

const write = (body: string) => fetch(`${proxy.url}/write?db=x`, { method: "POST", body });

test("what is not disturbed passes both ways", async () => {
  const answer = await write("a=1");
  expect([answer.status, answer.headers.get("x-served-by")]).toEqual([204, "upstream"]);
  expect(arrived).toEqual(["a=1"]);
  expect(proxy.requests).toMatchObject([{ method: "POST", path: "/write", disturbed: undefined, status: 204 }]);
});

test("an answer in the server's place, so often and only for what it is meant for", async () => {
  const limits = { times: 2, only: isWrite };
  proxy.disturb({ kind: "answer", status: 429, headers: { "retry-after": "3" }, body: "slowly" }, limits);
  const first = await write("a");
  expect([first.status, first.headers.get("retry-after"), await first.text()]).toEqual([429, "3", "slowly"]);
  expect((await fetch(`${proxy.url}/ping`)).status).toBe(204);
  expect([(await write("b")).status, (await write("c")).status]).toEqual([429, 204]);
  expect(arrived).toEqual(["", "c"]);
});

test("down: nothing is answered, not on an open connection either, until it is cleared", async () => {
  await write("before");
  proxy.disturb({ kind: "down" });
  await expect(write("a")).rejects.toThrow();
  await expect(write("b")).rejects.toThrow();
  proxy.clear();
  expect((await write("after")).status).toBe(204);
  expect(arrived).toEqual(["before", "after"]);
});

test("a reset keeps the request from the server, a lost answer does not", async () => {
  proxy.disturb({ kind: "reset" }, { times: 1 });
  await expect(write("reset".repeat(100_000))).rejects.toThrow();
  expect(arrived).toEqual([]);
  proxy.disturb({ kind: "lost-answer" }, { times: 1 });
  await expect(write("carried out")).rejects.toThrow();
  expect(arrived).toEqual(["carried out"]);
});

test("a limit refuses what is larger and passes on what is not", async () => {
  proxy.disturb({ kind: "limit", mostBytes: 3 });
  expect([(await write("abcd")).status, (await write("abc")).status]).toEqual([413, 204]);
  expect(arrived).toEqual(["abc"]);
});

test("slow passes on late, a stall ends with the clearing", async () => {
  proxy.disturb({ kind: "slow", delayMs: 1 }, { times: 1 });
  expect((await write("late")).status).toBe(204);
  proxy.disturb({ kind: "stall" });
  const stalled = write("never").then(
    () => "answered",
    () => "reset",
  );
  await expect.poll(() => proxy.requests.length).toBe(2);
  proxy.clear();
  expect(await stalled).toBe("reset");
  expect(arrived).toEqual(["late"]);
});

test("a server that is gone looks gone", async () => {
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  await expect(write("a")).rejects.toThrow();
  expect(proxy.requests[0]?.status).toBeUndefined();
});
