import { execFile, execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { readSettings } from "@linli/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipWithout } from "../support/required.ts";
import { ROOT } from "./compose.ts";

const [ANALYZE] = ["systemd-analyze"];

function hasSystemd(): boolean {
  try {
    execFileSync(ANALYZE, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const SERVICES = ["linli.service", "linli-process@broker.service"];

describe.skipIf(skipWithout("systemd", hasSystemd()))("the units", () => {
  let folder = "";

  /** The units as they would stand on a machine, with this checkout in place of /opt/linli. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "linli-units-"));
    for (const file of globSync(`${ROOT}deploy/systemd/linli*`)) {
      const text = (await readFile(file, "utf8")).replaceAll("/opt/linli", ROOT.replace(/\/$/, ""));
      await writeFile(join(folder, basename(file)), text);
    }
    for (const service of ["linli.service", "linli-process@.service"]) {
      const dropIns = join(folder, `${service}.d`);
      await mkdir(dropIns);
      await cp(`${ROOT}deploy/systemd/influxdb.conf`, join(dropIns, "influxdb.conf"));
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function analyze(...words: readonly string[]): Promise<{ code: number; said: string }> {
    const env = { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:`, SYSTEMD_LOG_LEVEL: "warning" };
    return new Promise((resolve) => {
      execFile(ANALYZE, words, { env }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, said: stdout + stderr });
      });
    });
  }

  /** What is said of our units; those of the machine are not ours to judge. */
  const ofOurs = (said: string) => said.split("\n").filter((line) => /linli|Unknown|Failed to parse/i.test(line));

  it.each([...SERVICES, "linli.target"])("%s is one that systemd takes", async (unit) => {
    const { said } = await analyze("verify", "--man=no", join(folder, unit));
    expect(ofOurs(said)).toEqual([]);
  });

  it("would be told of a mistake", async () => {
    const text = await readFile(join(folder, "linli.service"), "utf8");
    await writeFile(join(folder, "linli-wrong.service"), text.replace("ProtectHome=", "ProtectHomes="));
    const { said } = await analyze("verify", "--man=no", join(folder, "linli-wrong.service"));
    expect(ofOurs(said).join()).toContain("ProtectHomes");
  });

  it.each(["linli.service", "linli-process@.service"])("%s gives away little", async (unit) => {
    const { code, said } = await analyze("security", "--offline=true", "--threshold=20", join(folder, unit));
    expect(said).toMatch(/Overall exposure level/);
    expect(code).toBe(0);
  });

  it("set only settings that there are", async () => {
    for (const file of globSync(`${ROOT}deploy/systemd/*.{service,conf}`)) {
      const text = await readFile(file, "utf8");
      const pairs = [...text.matchAll(/(LINLI_\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]);
      const credentials = join(folder, "token");
      await writeFile(credentials, "a token");
      const environment = Object.fromEntries(
        pairs.map(([name, value]) => [name, name?.endsWith("_FILE") ? credentials : value]),
      );
      expect(() => readSettings(environment)).not.toThrow();
    }
  });
});
