import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { skipWithout } from "@linli/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { messageOf } from "../testing/messages.ts";
import { sendBy } from "../testing/send-by.ts";

const RECEIVER = fileURLToPath(new URL("../testing/apprise-receiver.py", import.meta.url));
/** The one that the system's packages belong to. */
const PYTHON = "/usr/bin/python3";
const isThere = spawnSync(PYTHON, ["-c", "import apprise"]).status === 0;

describe.skipIf(skipWithout("apprise", isThere))("an Apprise API over the real library (needs apprise)", () => {
  let folder: string;
  let receiver: ChildProcess;
  let server: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "linli-apprise-"));
    receiver = spawn(PYTHON, [RECEIVER, join(folder, "delivered")], { stdio: ["ignore", "pipe", "inherit"] });
    const port = await new Promise<string>((resolve, reject) => {
      if (receiver.stdout) createInterface({ input: receiver.stdout }).once("line", resolve);
      receiver.once("exit", () => reject(new Error("the receiver ended")));
    });
    server = `http://127.0.0.1:${port}`;
  }, 60_000);
  afterAll(async () => {
    receiver?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const send = (url: string, message = messageOf()) =>
    sendBy("apprise", { config: { server }, address: { urls: [url] }, message });

  it("takes the request and delivers title and text as they were written", async () => {
    expect(await send("intofile://")).toEqual({ outcome: "accepted" });
    expect(await send("intofile://", messageOf({ occasion: "cleared" }))).toEqual({ outcome: "accepted" });
    const lines = (await readFile(join(folder, "delivered"), "utf8")).trim().split("\n");
    const [first, second] = lines.map((line) => JSON.parse(line) as Record<string, string>);
    const { title, text, link } = messageOf();
    expect(first).toMatchObject({ title, body: `${text}\n${link}` });
    expect([first?.["type"], second?.["type"]].join()).toMatch(/failure.*success/i);
  });

  it("refuses for good what it knows no target for", async () => {
    expect(await send("nonsense://")).toMatchObject({ outcome: "refused" });
  });
});
