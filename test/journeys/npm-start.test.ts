import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../support/platform.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let dataDir = "";
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "linli-npm-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

it("npm start says where to go, and ends with 0 on the Ctrl-C of a terminal", { timeout: 120_000 }, async () => {
  const npm = spawn("npm", ["start"], {
    cwd: ROOT,
    detached: true, // a terminal signals the whole group: npm, its shell and everything below
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LINLI_DATA_DIR: dataDir,
      LINLI_HTTP_PORT: "0",
      LINLI_MQTT_PORT: "0",
      LINLI_DEMO: "0",
    },
  });
  const ended = new Promise((resolve) => npm.once("exit", (code, signal) => resolve({ code, signal })));
  let said = "";
  npm.stdout.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  try {
    await eventually("it is running", () => said.includes("Ctrl-C stops it") || undefined);
    expect(said).toMatch(/Web and API\s+http:\/\/127\.0\.0\.1:\d+\n/);
    expect(said).toMatch(/Password\s+\w{5}-\w{5}-\w{5}-\w{5} /);
    process.kill(-(npm.pid ?? 0), "SIGINT");
    expect(await ended).toEqual({ code: 0, signal: null });
  } finally {
    if (npm.exitCode === null && npm.signalCode === null) process.kill(-(npm.pid ?? 0), "SIGKILL");
  }
});
