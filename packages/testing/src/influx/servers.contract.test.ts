import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { skipWithout } from "../required.ts";
import { startInflux1 } from "./influx1.ts";
import { influxServer } from "./servers.ts";
import type { InfluxUnderTest } from "./under-test.ts";

const started: InfluxUnderTest[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((influx) => influx.stop()));
});

async function ask(influx: InfluxUnderTest, q: string, db = "first"): Promise<unknown> {
  const headers = influx.token ? { authorization: `Token ${influx.token}` } : {};
  const answer = await fetch(`${influx.url}/query`, { method: "POST", headers, body: new URLSearchParams({ q, db }) });
  return answer.json();
}

async function write(influx: InfluxUnderTest, lines: string): Promise<number> {
  const headers = influx.token ? { authorization: `Token ${influx.token}` } : {};
  const to = `${influx.url}/write?db=first&precision=ms`;
  return (await fetch(to, { method: "POST", headers, body: lines })).status;
}

for (const name of ["influx1", "influx2"] as const) {
  const here = influxServer(name);
  describe.skipIf(skipWithout(name, here?.ours === true))(`${name} (needs a server)`, () => {
    test("keeps what it acknowledged over kill -9, and serves again at the same address", async () => {
      const influx = (await here?.start()) as InfluxUnderTest;
      started.push(influx);
      expect(influx.version).toMatch(new RegExp(`^${influx.generation}\\.\\d+\\.\\d+`));
      await ask(influx, "CREATE DATABASE first");
      expect(await write(influx, "m,device=a v=1 1000")).toBe(204);
      await influx.kill();
      await expect(fetch(`${influx.url}/ping`)).rejects.toThrow();
      await influx.restart();
      expect(await ask(influx, "SELECT v FROM m WHERE time >= 0 AND time < 10s")).toMatchObject({
        results: [{ series: [{ name: "m", values: [["1970-01-01T00:00:01Z", 1]] }] }],
      });
    });
  });
}

describe.skipIf(skipWithout("influx1", influxServer("influx1") !== undefined))("influx1 (needs a server)", () => {
  test("asks for passwords when it is told to", async () => {
    const influx = await startInflux1({ auth: true });
    started.push(influx);
    const status = async (user = "", password = "") => {
      const parameters = new URLSearchParams({ q: "SHOW DATABASES", u: user, p: password });
      return (await fetch(`${influx.url}/query?${parameters.toString()}`)).status;
    };
    expect([await status(), await status(influx.user, "wrong"), await status(influx.user, influx.password)]).toEqual([
      401, 401, 200,
    ]);
  });

  test("a configuration that it refuses is an error that says why", async () => {
    await expect(startInflux1({ configuration: { data: ["max-series-per-database = true"] } })).rejects.toThrow(
      /ended with 1 .*max-series-per-database/s,
    );
  });

  test("ends when the process that started it is killed, and leaves no folder", async () => {
    const module = fileURLToPath(import.meta.resolve("./influx1.ts"));
    const script = `
      const { startInflux1 } = await import(${JSON.stringify(module)});
      const { url } = await startInflux1();
      console.log(url);
      process.kill(process.pid, "SIGKILL");`;
    let url = "";
    try {
      execFileSync(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "ignore"] });
    } catch (error) {
      url = String((error as { stdout: Buffer }).stdout).trim();
    }
    expect(url).toMatch(/^http:/);
    await expect
      .poll(
        () =>
          fetch(`${url}/ping`)
            .then(() => "serves")
            .catch(() => "gone"),
        { timeout: 20_000 },
      )
      .toBe("gone");
  });
});
