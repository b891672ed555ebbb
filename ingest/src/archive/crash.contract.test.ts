import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createLogger, systemClock } from "@linli/runtime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { create } from "../app.ts";
import { published } from "../testing/entries.ts";
import { type Folder, makeFolder } from "../testing/folder.ts";

const NOW = Date.now();
const MESSAGES = 500;

let folder: Folder;

beforeEach(async () => {
  folder = await makeFolder();
  await folder.addDevice("s1");
});

afterEach(() => folder.remove());

async function killedAfterWriting(): Promise<void> {
  const entry = fileURLToPath(new URL("../testing/killed-after-write.ts", import.meta.url));
  const env = { PATH: process.env.PATH ?? "", LINLI_DATA_DIR: folder.dir };
  const child = spawn(process.execPath, [entry], { env, stdio: ["ignore", "ignore", "inherit"] });
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
}

test("killed between the series store's answer and the position: repeated, and no extra point", async () => {
  const untimed = Array.from({ length: MESSAGES }, (_, index) =>
    published("s1", NOW + Math.floor(index / 10), { temperature: index % 50, made: index, up: index }),
  );
  await folder.append(untimed);
  await killedAfterWriting();
  expect((await folder.state.archive.totals()).sequence).toBe(0);
  const range = {
    deviceId: "s1",
    points: ["temperature", "made", "up"],
    from: 0,
    to: NOW + 60_000,
    limit: 2 * MESSAGES,
  };
  const before = await folder.series.range(range);
  expect(before.points.temperature).toHaveLength(MESSAGES);

  await killedAfterWriting();
  const app = create(folder.settings, { clock: systemClock, log: createLogger("ingest", "silent") });
  await app.start();
  try {
    await folder.drained();
    expect(await folder.series.range(range)).toEqual(before);
    expect(await folder.state.archive.totals()).toMatchObject({ written: 3 * MESSAGES, conflicts: 0, deadLetters: 0 });
  } finally {
    await app.stop();
  }
});
