import type { InfluxUnderTest } from "@linli/testing";
import { INFLUX_PROVIDED_BY, influxServer, skipWithout, startFaultProxy, startInflux1 } from "@linli/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examineInflux1Server } from "../influx1/open.ts";
import { examineInflux2Server } from "../influx2/open.ts";
import type { InfluxFinding } from "./examine.ts";
import { optionsFor } from "./influx-series.contract.ts";
import type { PrepareOptions } from "./preparation.ts";

const DAY = 86_400_000;
const RETENTION = { rawMs: 90 * DAY, fiveMinutesMs: 730 * DAY, hourMs: 3_650 * DAY };
const EXAMINE = { influx1: examineInflux1Server, influx2: examineInflux2Server } as const;

const bad = (findings: readonly InfluxFinding[]) => findings.filter(({ is }) => is === "missing" || is === "doubtful");
const about = (findings: readonly InfluxFinding[], what: string) => findings.find((one) => one.what === what);

describe.each(["influx1", "influx2"] as const)("%s is looked at", (name) => {
  const here = influxServer(name);
  const other = name === "influx1" ? "influx2" : "influx1";
  const unless = skipWithout(`${name} (${INFLUX_PROVIDED_BY[name]})`, here !== undefined);

  describe.skipIf(unless)("by doctor", () => {
    let server: InfluxUnderTest;
    beforeAll(async () => {
      server = await (here as NonNullable<typeof here>).start();
    });
    afterAll(() => server?.stop());

    const look = (change: Partial<PrepareOptions> = {}) => {
      const options = { ...optionsFor(server, RETENTION), create: false, ...change };
      return EXAMINE[name](options);
    };
    /** Lines as they come from elsewhere. */
    const write = async (options: PrepareOptions, lines: string) => {
      const { url, org, token } = server;
      const path =
        name === "influx1" ? `/write?db=${options.database}` : `/api/v2/write?org=${org}&bucket=${options.database}`;
      const headers = token ? { authorization: `Token ${token}` } : {};
      const answer = await fetch(url + path, { method: "POST", body: lines, headers });
      expect(answer.status).toBe(204);
    };

    test("what is missing is named with the command that makes it, and nothing is made", async () => {
      const { database } = optionsFor(server, RETENTION);
      for (const round of [1, 2]) {
        const findings = await look({ database });
        const levels = [database, `${database}_5m`, `${database}_1h`];
        const missing = bad(findings).filter(({ what }) => /^(database|bucket) /.test(what));
        expect(
          missing.map(({ what }) => what.replace(/^\w+ /, "")),
          `round ${round}`,
        ).toEqual(levels);
        for (const { remedy } of missing) {
          expect(remedy).toMatch(
            name === "influx1" ? /CREATE DATABASE .* WITH DURATION \d+s/ : /influx bucket create --org/,
          );
        }
      }
    });

    test("told to, it makes them, and then nothing is wrong", async () => {
      const { database } = optionsFor(server, RETENTION);
      const made = await look({ database, create: true });
      expect(made.filter(({ is }) => is === "created")).toHaveLength(3);
      const after = await look({ database });
      expect(bad(after)).toEqual([]);
      expect(about(after, `rights ${database}_5m`)?.detail).toBe("can be written and read");
      expect(about(after, "clock")?.detail).toBe("agrees");
    });

    test("a database that keeps less than the settings need is named with the command that changes it", async () => {
      const { database } = optionsFor(server, RETENTION);
      await look({ database, create: true });
      const [wrong, ...more] = bad(await look({ database, retention: { ...RETENTION, rawMs: 120 * DAY } }));
      expect(more).toEqual([]);
      expect(wrong).toMatchObject({
        is: "missing",
        detail: expect.stringContaining("keeps for 97d, not for 127d as the settings need"),
      });
      expect(wrong?.remedy).toMatch(
        name === "influx1" ? /ALTER RETENTION POLICY .* DURATION \d+s/ : /influx bucket update --id \S+/,
      );
    });

    test("columns that an older schema made of another type are named", async () => {
      const options = { ...optionsFor(server, RETENTION), create: true };
      await look(options);
      await write(options, "environment-sensor,device=s1 temperature=20i,humidity=40\n");
      const [wrong, ...more] = bad(await look({ ...options, create: false }));
      expect(more).toEqual([]);
      expect(wrong?.detail).toContain("environment-sensor.temperature is integer, not float");
      expect(wrong?.detail).not.toContain("humidity");
      expect(wrong?.remedy).toContain("linli series copy");
    });

    test("a server of another generation is named as what it is, with the setting to use", async () => {
      const findings = await EXAMINE[other]({ ...optionsFor(server, RETENTION), create: true });
      expect(about(findings, "version")).toMatchObject({ is: "missing", remedy: `set LINLI_SERIES=${name}` });
      expect(findings.at(-1)?.what).toBe("version");
    });

    test("a server that does not answer is one finding", async () => {
      const proxy = await startFaultProxy(server.url);
      proxy.disturb({ kind: "down" });
      const findings = await look({ url: proxy.url });
      await proxy.close();
      expect(findings).toEqual([
        {
          what: "server",
          is: "missing",
          detail: expect.stringContaining("does not answer"),
          remedy: expect.any(String),
        },
      ]);
    });

    test("a clock that is off is told from one that is right", async () => {
      const proxy = await startFaultProxy(server.url);
      const date = new Date(Date.now() - 3_600_000).toUTCString();
      proxy.disturb(
        { kind: "answer", status: 204, headers: { date } },
        { only: ({ path }) => path === "/ping", times: 1 },
      );
      const findings = await look({ url: proxy.url });
      await proxy.close();
      expect(about(findings, "clock")).toMatchObject({
        is: "doubtful",
        detail: expect.stringMatching(/^3\d{3} s behind/),
      });
    });

    test.runIf(name === "influx2")("a token that is wrong, and one that may only read, are told apart", async () => {
      const options = optionsFor(server, RETENTION);
      await look({ ...options, create: true });
      const wrong = bad(await look({ ...options, token: "not-the-token" }));
      expect(wrong).toEqual([
        {
          what: "login",
          is: "missing",
          detail: expect.stringContaining("401"),
          remedy: expect.stringContaining("LINLI_SERIES_TOKEN"),
        },
      ]);

      const call = async (path: string, body?: unknown) => {
        const headers = { authorization: `Token ${server.token}` };
        const init = body === undefined ? { headers } : { headers, method: "POST", body: JSON.stringify(body) };
        return (await (await fetch(`${server.url}/api/v2/${path}`, init)).json()) as Record<string, unknown>;
      };
      const [{ id: orgID } = { id: "" }] = (await call("orgs")).orgs as { id: string }[];
      const permissions = [{ action: "read", resource: { type: "buckets", orgID } }];
      const { token } = await call("authorizations", { orgID, permissions });
      const findings = await look({ ...options, token: String(token) });
      expect(about(findings, `rights ${options.database}`)).toMatchObject({
        is: "missing",
        detail: expect.stringContaining("403"),
        remedy: expect.stringContaining("influx auth create --org"),
      });
    });

    test.runIf(name === "influx2")("an organisation that is not there is what is told, and nothing else", async () => {
      const wrong = bad(await look({ org: "nobody" }));
      expect(wrong).toEqual([
        {
          what: "organisation",
          is: "missing",
          detail: expect.stringContaining('"nobody"'),
          remedy: expect.stringContaining("LINLI_SERIES_ORG"),
        },
      ]);
    });

    test.runIf(name === "influx2")(
      "a token for the buckets alone is enough, one that only writes is told",
      async () => {
        const options = optionsFor(server, RETENTION);
        await look({ ...options, create: true });
        const headers = { authorization: `Token ${server.token}` };
        const buckets = await Promise.all(
          ["", "_5m", "_1h"].map(async (level) => {
            const found = await fetch(`${server.url}/api/v2/buckets?name=${options.database}${level}`, { headers });
            return ((await found.json()) as { buckets: { id: string; orgID: string }[] }).buckets[0];
          }),
        );
        const orgID = buckets[0]?.orgID;
        const tokenFor = async (...actions: string[]) => {
          const permissions = buckets.flatMap((bucket) =>
            actions.map((action) => ({ action, resource: { type: "buckets", orgID, id: bucket?.id } })),
          );
          const body = JSON.stringify({ orgID, permissions });
          const made = await fetch(`${server.url}/api/v2/authorizations`, { method: "POST", headers, body });
          return ((await made.json()) as { token: string }).token;
        };
        expect(bad(await look({ ...options, token: await tokenFor("read", "write") }))).toEqual([]);
        const wrong = bad(await look({ ...options, token: await tokenFor("write") }));
        expect(wrong.map(({ what }) => what)).toEqual(
          ["", "_5m", "_1h"].map((level) => `rights ${options.database}${level}`),
        );
        expect(wrong[0]?.detail).toContain("what was written cannot be read");
      },
    );

    test.runIf(name === "influx2")("a mapping of that name to another bucket is found", async () => {
      const options = optionsFor(server, RETENTION);
      await look({ ...options, create: true });
      const headers = { authorization: `Token ${server.token}` };
      const found = await fetch(`${server.url}/api/v2/buckets?name=first`, { headers });
      const [first] = ((await found.json()) as { buckets: { id: string; orgID: string }[] }).buckets;
      const body = {
        orgID: first?.orgID,
        bucketID: first?.id,
        database: options.database,
        retention_policy: "autogen",
        default: true,
      };
      const made = await fetch(`${server.url}/api/v2/dbrps`, { method: "POST", headers, body: JSON.stringify(body) });
      expect(made.status).toBe(201);
      const finding = about(await look(options), `InfluxQL ${options.database}`);
      expect(finding).toMatchObject({ is: "missing", detail: expect.stringContaining(String(first?.id)) });
      expect(finding?.remedy).toContain("influx v1 dbrp delete");
    });
  });
});

const first = influxServer("influx1");
describe.skipIf(skipWithout(`influx1 (${INFLUX_PROVIDED_BY.influx1})`, first !== undefined))(
  "influx1 with limits",
  () => {
    let server: InfluxUnderTest;
    beforeAll(async () => {
      server = await startInflux1({ auth: true, configuration: { data: ["max-values-per-tag = 10"] } });
    });
    afterAll(() => server?.stop());

    test("devices near the most values of a tag are a warning, with the setting of the server", async () => {
      const options = { ...optionsFor(server, RETENTION), create: true };
      await examineInflux1Server(options);
      const lines = Array.from({ length: 9 }, (_, n) => `gateway,device=g${n} uptime=1`).join("\n");
      const authorization = `Basic ${Buffer.from(`${server.user}:${server.password}`).toString("base64")}`;
      await fetch(`${server.url}/write?db=${options.database}`, {
        method: "POST",
        body: lines,
        headers: { authorization },
      });
      const findings = await examineInflux1Server(options);
      expect(about(findings, "devices a kind")).toMatchObject({
        is: "doubtful",
        detail: "9 of gateway; the server takes 10",
        remedy: expect.stringContaining("max-values-per-tag"),
      });
    });

    test("a password that is wrong is one finding", async () => {
      const options = { ...optionsFor(server, RETENTION), create: false };
      for (const user of [options.user, "nobody"]) {
        const findings = await examineInflux1Server({ ...options, ...(user && { user }), password: "wrong" });
        expect(bad(findings)).toEqual([
          {
            what: "login",
            is: "missing",
            detail: expect.stringContaining("authorization failed"),
            remedy: expect.stringContaining(`CREATE USER "${user}" WITH PASSWORD`),
          },
        ]);
      }
    });

    test("low rights come with the commands that give them", async () => {
      const options = { ...optionsFor(server, RETENTION), create: false };
      const authorization = `Basic ${Buffer.from(`${server.user}:${server.password}`).toString("base64")}`;
      const body = new URLSearchParams({ q: `CREATE USER "guest" WITH PASSWORD 'x'` });
      await fetch(`${server.url}/query`, { method: "POST", headers: { authorization }, body });
      const guest = { ...options, user: "guest", password: "x" };
      for (const isThere of [false, true]) {
        if (isThere) await examineInflux1Server({ ...options, create: true });
        const wrong = bad(await examineInflux1Server(guest));
        expect(wrong).toHaveLength(3);
        expect(wrong[1]?.remedy).toContain(`GRANT ALL ON "${options.database}_5m" TO "guest"`);
        expect(wrong[1]?.remedy).toMatch(/CREATE DATABASE "\w+_5m" WITH DURATION \d+s/);
      }
    });
  },
);
