import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "@linli/runtime";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { linli } from "../support/linli.ts";
import { composeText, ROOT, readCompose, readEnvironment, type Service, variablesOf } from "./compose.ts";

let folder = "";
let environment: Record<string, string> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "linli-init-"));
  const made = await linli(["init", "--folder", folder], {});
  expect(made.stderr).toBe("");
  environment = readEnvironment(await readFile(join(folder, ".env"), "utf8"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const services = (): [string, Service][] => Object.entries(readCompose(environment).services);
const ours = () => services().filter(([, service]) => service.build !== undefined);

describe("docker-compose.yml", () => {
  it("is what the Compose Specification describes", () => {
    // the schema of compose-spec/compose-go v2.16.2 (Apache-2.0)
    const schema = JSON.parse(readFileSync(`${ROOT}test/deploy/compose-spec.json`, "utf8")) as object;
    const validate = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
    validate(readCompose(environment));
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ services: { linli: { imagine: "linli" } } })).toBe(false);
  });

  it("takes every variable from the .env of `linli init`, or says what it is without", () => {
    const withDefault = composeText().matchAll(/\$\{([A-Z_]+):-[^}]+\}/g);
    const optional = new Set([...withDefault].map(([, name]) => name));
    expect(variablesOf(composeText()).filter((name) => !(name in environment) && !optional.has(name))).toEqual([]);
  });

  it("finds every secret among those of `linli init`, which makes no others", async () => {
    const { secrets } = readCompose();
    const named = Object.values(secrets).map(({ file }) => file.replace("./secrets/", ""));
    expect(named.toSorted()).toEqual((await readdir(join(folder, "secrets"))).toSorted());
    const given = services().flatMap(([, service]) => service.secrets ?? []);
    const used = new Set(given.map((one) => (typeof one === "string" ? one : one.source)));
    expect([...used].toSorted()).toEqual(Object.keys(secrets).toSorted());
  });

  it("gives Linli settings that it has, in every container", () => {
    expect(ours().map(([name]) => name)).toEqual(["linli", "broker", "ingest", "notify", "api"]);
    for (const [, service] of ours()) {
      const inFiles = Object.entries(service.environment ?? {}).map(([name, value]) => [
        name,
        value.replace("/run/secrets", join(folder, "secrets")),
      ]);
      const settings = readSettings({ ...environment, ...Object.fromEntries(inFiles) });
      expect(settings).toMatchObject({ LINLI_SERIES: "influx2", LINLI_HOST: "0.0.0.0", LINLI_DEMO: false });
      expect(settings.LINLI_SERIES_TOKEN).toMatch(/^[\w-]{43}$/);
    }
  });

  it("shows no secret to `docker inspect`", () => {
    const names = services().flatMap(([, service]) => Object.keys(service.environment ?? {}));
    expect(names.filter((name) => /PASSWORD|TOKEN|SECRET/.test(name) && !name.endsWith("_FILE"))).toEqual([]);
    expect(Object.keys(environment).filter((name) => /PASSWORD|TOKEN|SECRET/.test(name))).toEqual([]);
  });

  it("mounts what the repository has, and volumes that it declares", () => {
    const { volumes } = readCompose();
    for (const source of services().flatMap(([, service]) => service.volumes?.map((one) => one.split(":")[0]) ?? [])) {
      if (source?.startsWith("./")) expect(existsSync(join(ROOT, source)), source).toBe(true);
      else expect(Object.keys(volumes)).toContain(source);
    }
  });

  it("gives Grafana and Prometheus what their provisioning names", () => {
    const { grafana, prometheus } = readCompose(environment).services;
    const provisioning = globSync(`${ROOT}dashboards/provisioning/**/*.yaml`);
    const values = provisioning.flatMap((file) => readFileSync(file, "utf8").match(/^[^#]*\$.*$/gm) ?? []);
    const named = values.flatMap((line) => [...line.matchAll(/\$\{?(\w+)/g)].map(([, name = ""]) => name));
    expect(named.length).toBeGreaterThan(3);
    const given = new Set([...Object.keys(grafana?.environment ?? {}), "LINLI_SERIES_SECRET"]);
    expect(named.filter((name) => !given.has(name))).toEqual([]);
    expect(JSON.stringify(grafana?.entrypoint)).toContain("export LINLI_SERIES_SECRET=");

    const scraping = parse(readFileSync(`${ROOT}dashboards/prometheus/prometheus.yml`, "utf8"));
    expect(prometheus?.secrets).toEqual([
      { source: "linli_metrics_token", target: scraping.scrape_configs[0].authorization.credentials_file },
    ]);
    expect(scraping.scrape_configs[0].static_configs[0].targets).toEqual(["linli:8080"]);
    const mounted = prometheus?.volumes?.join(" ");
    for (const file of scraping.rule_files) expect(mounted).toContain(`/etc/prometheus/${file}:ro`);
  });

  it("pins every image by version, checks every service, and bounds its memory, its log and its restarts", () => {
    for (const [name, service] of services()) {
      expect(service.image, name).toMatch(/^[a-z/]+:v?\d+\.\d+\.\d+$/);
      expect(service.restart, name).toBe("unless-stopped");
      expect(service, name).toHaveProperty("deploy.resources.limits.memory");
      expect(service, name).toHaveProperty("logging.options.max-size");
      // the image of Linli has a check of its own
      if (name !== "linli") expect(service.healthcheck?.test[0], name).toBe("CMD");
    }
  });

  it("opens no page to the network unless told to", () => {
    const open = services().flatMap(([, service]) => service.ports?.filter((port) => !port.startsWith("127.")) ?? []);
    expect(new Set(open)).toEqual(new Set(["1883:1883"]));
  });

  it("runs Linli as nobody in particular on a file system that it cannot write", () => {
    for (const [name, service] of ours()) {
      expect(service, name).toMatchObject({ read_only: true, cap_drop: ["ALL"], volumes: ["data:/data"] });
    }
  });
});

describe("linli init", () => {
  it("lets nobody in but the owner", async () => {
    const mode = async (path: string) => ((await stat(join(folder, path))).mode & 0o777).toString(8);
    expect([await mode(".env"), await mode("secrets"), await mode("secrets/influxdb_token")]).toEqual([
      "600",
      "700",
      "444",
    ]);
  });

  it("makes up other secrets each time, and overwrites nothing", async () => {
    const token = () => readFile(join(folder, "secrets/influxdb_token"), "utf8");
    const before = await token();
    const again = await linli(["init", "--folder", folder], {});
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/nothing was written[^]*\.env: is there already/);
    expect(await token()).toBe(before);
    const other = await mkdtemp(join(tmpdir(), "linli-init-"));
    const { secrets } = JSON.parse((await linli(["init", "--folder", other, "--json"], {})).stdout);
    const all = await Promise.all((secrets as string[]).map((file) => readFile(file, "utf8")));
    expect(new Set([...all, before]).size).toBe(all.length + 1);
    await rm(other, { recursive: true });
  });
});
