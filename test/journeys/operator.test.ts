import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeviceState, ImportReport, Stats } from "@linli/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linli } from "../support/linli.ts";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";

const PATIENCE = { timeout: 120_000 };

let platform: Platform;
let scratch: string;
let settings: Record<string, string>;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "linli-operator-"));
  platform = await startPlatform();
  settings = {
    LINLI_DATA_DIR: platform.dataDir,
    LINLI_HTTP_PORT: String(platform.http),
    LINLI_MQTT_PORT: String(platform.mqtt),
  };
  await platform.api("PUT", "/api/v1/places/site", { level: "subdistrict", parentId: null, name: "Site" });
}, 120_000);
afterAll(async () => {
  await platform?.dispose();
  await rm(scratch, { recursive: true, force: true });
});

/** A thousand lines, three of them bad: an unknown kind, an unknown place, an id that stands there twice. */
function csv(): string {
  const lines = Array.from({ length: 1_000 }, (_, n) => `lamp-${n},streetlight,灯 ${n},site`);
  lines[99] = "lamp-99,streetlamp,灯 99,site";
  lines[499] = "lamp-499,streetlight,灯 499,nowhere";
  lines[899] = "lamp-7,streetlight,灯 899,site";
  return `\ufeff${["id,kind,name,placeId", ...lines, ""].join("\r\n")}`;
}
const deviceCount = async () =>
  ((await platform.api("GET", "/api/v1/devices?limit=1")).body as { total: number }).total;

describe("an import of 1,000 lines with three bad ones", () => {
  const bad = ["line 101", "line 501", "line 901"];

  it(
    "names all three in a dry run, through the API and on the command line, and writes nothing",
    PATIENCE,
    async () => {
      const { body } = await platform.api("POST", "/api/v1/devices/import?dryRun=true", csv());
      const report = body as ImportReport;
      expect(report).toMatchObject({ written: false, lines: 1_000, good: 997, problemCount: 3 });
      expect(report.problems.map(({ field }) => field.split(",")[0])).toEqual(bad);
      const file = join(scratch, "lamps.csv");
      await writeFile(file, csv());
      const run = await linli(["import", file, "--dry-run"], settings);
      expect(run.code).toBe(2);
      for (const line of bad) expect(run.stdout).toContain(line);
      expect(run.stdout).toContain("streetlamp");
      expect(await deviceCount()).toBe(0);
    },
  );

  it(
    "reads on the command line what a Chinese spreadsheet saves, and names a line that is no CSV",
    PATIENCE,
    async () => {
      const file = join(scratch, "gb18030.csv");
      const streetlight = Buffer.from([0xc2, 0xb7, 0xb5, 0xc6]); // 路灯 in GB18030
      const good = Buffer.from("id,kind,name,placeId\nl-1,streetlight,x,");
      await writeFile(file, Buffer.concat([good, streetlight, Buffer.from('\nl-2,"a"b,x,y\n')]));
      const { stdout } = await linli(["import", file, "--dry-run", "--json"], settings);
      const { problems } = JSON.parse(stdout) as ImportReport;
      expect(problems).toContainEqual({ field: 'line 2, column "placeId"', value: "路灯", message: "no such place" });
      expect(problems.map(({ field }) => field)).toContainEqual("line 3");
    },
  );

  it("is all or nothing, unless told otherwise", PATIENCE, async () => {
    const refused = await platform.api("POST", "/api/v1/devices/import", csv());
    expect(refused.status).toBe(400);
    expect(await deviceCount()).toBe(0);
    const partial = await platform.api("POST", "/api/v1/devices/import?partial=true", csv());
    expect(partial.body).toMatchObject({ written: true, good: 997 });
    expect(await deviceCount()).toBe(997);
  });
});

describe("a backup", () => {
  it("taken while everything runs holds what was acknowledged, and can be started from", PATIENCE, async () => {
    await platform.api("POST", "/api/v1/devices", {
      id: "air",
      kind: "environment-sensor",
      name: "Air",
      placeId: "site",
    });
    const pushed = await platform.api("POST", "/api/v1/devices/air/telemetry", { temperature: 21.5 });
    expect(pushed.status).toBe(202);
    const folder = join(scratch, "backup");
    const run = await linli(["backup", folder], settings);
    expect(run).toMatchObject({ code: 0 });
    const restored = await startPlatform({ dataDir: folder });
    try {
      const state = await eventually("the reading is there", async () => {
        const { body } = await restored.api("GET", "/api/v1/devices/air/state");
        return (body as DeviceState).points?.temperature ? (body as DeviceState) : undefined;
      });
      expect(state.points.temperature?.value).toBe(21.5);
      expect(((await restored.api("GET", "/api/v1/devices?limit=1")).body as { total: number }).total).toBe(998);
    } finally {
      await restored.stop();
      await restored.dispose();
    }
    expect((await linli(["backup", folder], settings)).code).toBe(2);
  });
});

describe("places on the command line", () => {
  it("are made under one another, listed as a tree, and not removed while something is in them", PATIENCE, async () => {
    const put = (id: string, level: string, ...more: string[]) =>
      linli(["place", "put", id, "--level", level, ...more], settings);
    expect(await put("c1", "community", "--name", "利民社区", "--parent", "site")).toMatchObject({ code: 0 });
    const wrong = await put("b1", "building", "--name", "1 幢", "--parent", "site");
    expect(wrong.code).toBe(2);
    expect((await linli(["place", "list"], settings)).stdout).toMatch(/^ {2}利民社区 +community +c1$/m);
    expect((await linli(["place", "remove", "site"], settings)).code).toBe(2);
    expect((await linli(["place", "remove", "c1"], settings)).code).toBe(0);
  });
});

describe("people, tokens and dead letters on the command line", () => {
  it("makes a person who can sign in, and a token that ends when revoked", PATIENCE, async () => {
    const made = await linli(["user", "add", "lihua", "--role", "manager", "--place", "site", "--json"], settings);
    const { password } = JSON.parse(made.stdout) as { password: string };
    const signIn = (secret: string) => platform.api("POST", "/api/v1/session", { name: "lihua", password: secret });
    expect((await signIn(password)).status).toBe(200);
    expect((await signIn("not-the-password")).status).toBe(401);
    const { id, token } = JSON.parse(
      (await linli(["token", "create", "p", "--role", "viewer", "--json"], settings)).stdout,
    ) as { id: string; token: string };
    const asToken = () =>
      platform.api("GET", "/api/v1/devices?limit=1", undefined, { authorization: `Bearer ${token}` });
    await eventually("the token works", async () => ((await asToken()).status === 200 ? true : undefined));
    await linli(["token", "revoke", id], settings);
    await eventually("the token no longer works", async () => ((await asToken()).status === 401 ? true : undefined));
  });

  it("lists what could not be used, and gives it again once the cause is gone", PATIENCE, async () => {
    await platform.api("POST", "/api/v1/devices/air/telemetry", { temperature: 22, mode: "eco" });
    await platform.api("POST", "/api/v1/devices/air/telemetry", { co2: "31. Jul" });
    const listed = await eventually("it is listed", async () => {
      const { stdout } = await linli(["dead-letters", "list"], settings);
      return stdout.includes("31. Jul") ? stdout : undefined;
    });
    expect(listed).toContain("not-a-number");
    const replayed = await linli(["dead-letters", "replay", "--json"], settings);
    expect(JSON.parse(replayed.stdout)).toEqual({ letters: 1, messages: 1 });
    await eventually("it comes back, since it is still no number", async () => {
      const { deadLetters } = (await platform.api("GET", "/api/v1/stats")).body as Stats;
      return deadLetters === 2 || undefined;
    });
  });
});

describe("a start that cannot be", () => {
  it("lists every wrong setting by name, value and remedy", PATIENCE, async () => {
    const wrong = {
      LINLI_DATA_DIR: scratch,
      LINLI_HTTP_PORT: "web",
      LINLI_RETENTION_RAW: "long",
      LINLI_HTTP_PROT: "80",
    };
    const run = await linli(["serve"], wrong);
    expect(run.code).toBe(2);
    for (const word of ["LINLI_HTTP_PORT", '"web"', "LINLI_RETENTION_RAW", '"long"', "90s", "LINLI_HTTP_PROT"]) {
      expect(run.stderr).toContain(word);
    }
  });

  it("names the port in use and how to change it", PATIENCE, async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const port = String((taken.address() as AddressInfo).port);
    const run = await linli(["serve"], {
      LINLI_DATA_DIR: join(scratch, "ports"),
      LINLI_HTTP_PORT: "0",
      LINLI_MQTT_PORT: port,
    });
    taken.close();
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(new RegExp(`LINLI_MQTT_PORT = ${port}.*set LINLI_MQTT_PORT`));
  });

  it("refuses a second start on a folder in use, and leaves the first one alone", PATIENCE, async () => {
    const run = await linli(["serve"], {
      LINLI_DATA_DIR: platform.dataDir,
      LINLI_HTTP_PORT: "0",
      LINLI_MQTT_PORT: "0",
    });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("in use");
    expect((await platform.api("GET", "/healthz")).status).toBe(200);
  });

  it("refuses a folder of a newer version untouched", PATIENCE, async () => {
    const folder = await mkdtemp(join(scratch, "newer-"));
    await writeFile(join(folder, "version"), "7\n");
    const run = await linli(["serve"], { LINLI_DATA_DIR: folder, LINLI_HTTP_PORT: "0", LINLI_MQTT_PORT: "0" });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("newer");
    expect(await readdir(folder)).toEqual(["version"]);
    expect(await readFile(join(folder, "version"), "utf8")).toBe("7\n");
  });
});

describe("linli doctor", () => {
  it("says that a running platform is well, and what to do about a setting that is not", PATIENCE, async () => {
    const well = await linli(["doctor", "--json"], { ...settings, LINLI_DISK_RESERVE_BYTES: "1000000" });
    const verdicts = (JSON.parse(well.stdout) as { check: string; verdict: string }[]).map(
      ({ check, verdict }) => `${check}: ${verdict}`,
    );
    expect(verdicts).toContain("state store: ok");
    expect(verdicts.filter((line) => line.endsWith("problem"))).toEqual([]);
    const sick = await linli(["doctor"], { ...settings, LINLI_DISK_RESERVE_BYTES: "9000000000000000" });
    expect(sick.code).toBe(2);
    expect(sick.stdout).toMatch(/✗ disk space/);
  });

  it("explains itself and each of its siblings with --help", PATIENCE, async () => {
    const { stdout } = await linli(["--help"], {});
    const commands = [
      "start",
      "serve",
      "sim",
      "replay",
      "place",
      "import",
      "user",
      "token",
      "dead-letters",
      "backup",
      "doctor",
    ];
    for (const command of commands) {
      expect(stdout).toContain(command);
      const help = await linli([command, "--help"], {});
      expect(help.code, command).toBe(0);
      expect(help.stdout, command).toMatch(/usage/i);
    }
  });
});
