import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createLogger,
  localClient,
  type ProcessStatus,
  type SupervisorDetails,
  socketPath,
  systemClock,
} from "@linli/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backoffMs } from "./child.ts";
import { createSupervisor, type Supervisor } from "./supervisor.ts";

/** Ready at once; ends in order on SIGTERM and writes that it did. */
const WELL_BEHAVED = `
  import { appendFileSync } from "node:fs";
  const [, , name, diary] = process.argv;
  process.on("SIGTERM", () => { appendFileSync(diary, name + " drained\\n"); process.exit(0); });
  setInterval(() => {}, 1000);
  appendFileSync(diary, name + " started\\n");
  process.send({ ready: name, firstPassword: name === "b" ? "p-" + name : undefined });
`;
const UNUSABLE = "process.exit(2);";

let dir = "";
let diary = "";
let supervisor: Supervisor | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "linli-sup-"));
  diary = join(dir, "diary.txt");
});
afterEach(async () => {
  await supervisor?.stop();
  await rm(dir, { recursive: true });
});

async function supervise(programs: Record<string, string>) {
  const children = await Promise.all(
    Object.entries(programs).map(async ([name, text]) => {
      const main = join(dir, `${name}.mjs`);
      await writeFile(main, text);
      return { name, main, args: [name, diary], environment: process.env, drainMs: 5_000 };
    }),
  );
  const deps = { clock: systemClock, log: createLogger("test", "silent") };
  supervisor = createSupervisor(
    { dataDir: dir, prepare: async () => children, stopOrder: ["c", "a"], awaited: Object.keys(programs) },
    deps,
  );
  return supervisor;
}

async function processes() {
  const client = localClient(socketPath(dir, "supervisor"));
  const status = (await client.call("status")) as ProcessStatus<SupervisorDetails>;
  client.close();
  return status.details.processes;
}

async function until<T>(probe: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const found = await probe();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("never happened");
}

describe("supervisor", () => {
  it("starts all, passes on the first password and stops them in the given order", async () => {
    const { firstPassword } = await (await supervise({ a: WELL_BEHAVED, b: WELL_BEHAVED, c: WELL_BEHAVED })).start();
    expect(firstPassword).toBe("p-b");
    await supervisor?.stop();
    const drained = (await readFile(diary, "utf8")).split("\n").filter((line) => line.endsWith("drained"));
    expect(drained).toEqual(["c drained", "a drained", "b drained"]);
  });

  it("starts a killed process again and counts it", async () => {
    await (await supervise({ a: WELL_BEHAVED })).start();
    const pid = (await processes()).a?.pid ?? 0;
    process.kill(pid, "SIGKILL");
    const again = await until(async () => {
      const a = (await processes()).a;
      return a?.pid && a.pid !== pid ? a : undefined;
    });
    expect(again.restarts).toBe(1);
    await until(async () => ((await readFile(diary, "utf8")).match(/a started/g)?.length === 2 ? true : undefined));
  });

  it("does not start again what ends before its turn while all are being stopped", async () => {
    const slow = WELL_BEHAVED.replace("process.exit(0)", "setTimeout(() => process.exit(0), 400)");
    await (await supervise({ c: slow, b: WELL_BEHAVED })).start();
    const pid = (await processes()).b?.pid ?? 0;
    const stopped = supervisor?.stop();
    process.kill(pid, "SIGTERM");
    await stopped;
    expect((await readFile(diary, "utf8")).match(/b started/g)).toHaveLength(1);
  });

  it("gives up on a process that cannot use its settings", async () => {
    const both = await supervise({ a: WELL_BEHAVED, b: UNUSABLE });
    await expect(both.start()).rejects.toThrow("b cannot start");
  });

  it("waits longer from crash to crash, up to ten seconds", () => {
    expect([1, 2, 3, 10].map(backoffMs)).toEqual([250, 500, 1_000, 10_000]);
  });
});
