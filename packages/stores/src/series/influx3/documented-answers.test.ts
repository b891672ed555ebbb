import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { InfluxOptions } from "../influx/options.ts";
import type { SeriesPoint } from "../port.ts";
import { openInflux3SeriesWriter, prepareInflux3Server } from "./open.ts";

const T0 = Date.UTC(2026, 10, 23);
const CONFLICT =
  "invalid column type for column 'temperature', expected iox::column_type::field::string, got iox::column_type::field::float";

/** What InfluxDB 3 Core's documents say that it answers: no such server was at hand. */
let server: Server;
let stored: Set<string>;
let options: InfluxOptions;
let isBad: (line: string) => boolean;

beforeEach(async () => {
  stored = new Set();
  isBad = () => false;
  server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    const send = (status: number, body: unknown) =>
      response
        .writeHead(status, { "content-type": "application/json" })
        .end(status === 204 ? "" : JSON.stringify(body));
    if (path === "/ping") return void send(200, { version: "3.2.1", revision: "0" });
    if (path === "/query") return void send(200, { results: [{ statement_id: 0 }, {}, {}, {}] });
    if (request.headers.authorization !== "Token right")
      return void send(401, { error: "the request was not authenticated" });
    const body = request.headers["content-encoding"] === "gzip" ? request.pipe(createGunzip()) : request;
    return void text(body).then((lines) => {
      const all = lines.trimEnd().split("\n");
      const data = all.flatMap((line, n) =>
        isBad(line) ? [{ error_message: CONFLICT, line_number: n + 1, original_line: line }] : [],
      );
      for (const line of all) if (!isBad(line)) stored.add(line);
      return data.length === 0 ? send(204, "") : send(400, { error: "partial write of line protocol occurred", data });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  options = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    database: "linli",
    token: "right",
    gzip: true,
    timeoutMs: 10_000,
    batchLines: 5_000,
    connections: 2,
    retention: { rawMs: Infinity, fiveMinutesMs: Infinity, hourMs: Infinity },
  };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function thousand(): SeriesPoint[] {
  const owner = { deviceId: "s1", kind: "environment-sensor", community: "c", compound: "p", building: "b" };
  return Array.from({ length: 1_000 }, (_, n) => {
    return { owner, point: "temperature", type: "number", value: n, at: T0 + n };
  });
}

test("a partial write: what it names is rejected, all else is stored", async () => {
  isBad = (line) => line.includes("temperature=321 ");
  const writer = await openInflux3SeriesWriter(options);
  const outcome = await writer.write(thousand());
  await writer.close();
  expect(outcome).toEqual({
    accepted: 999,
    conflicts: 0,
    rejected: [{ index: 321, reason: expect.stringContaining("invalid column type") }],
  });
  expect([...stored].filter((line) => line.startsWith("environment-sensor,"))).toHaveLength(999);
});

test("a token that it does not know", async () => {
  const writer = await openInflux3SeriesWriter({ ...options, token: "wrong" });
  await expect(writer.write(thousand())).rejects.toMatchObject({ code: "unavailable" });
  await writer.close();
});

test("its version and databases are looked at", async () => {
  const { version, steps } = await prepareInflux3Server(options);
  expect(version).toBe("3.2.1");
  expect(new Set(steps.map(({ is }) => is))).toEqual(new Set(["fine"]));
});
