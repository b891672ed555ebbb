import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { skipWithout } from "@linli/testing";
import { describe, expect, it } from "vitest";
import { provider } from "../testing/provider-suite.ts";

const SAMPLES = fileURLToPath(new URL("../testing/robot-signatures.py", import.meta.url));
const PYTHON = "/usr/bin/python3";
const isThere = spawnSync(PYTHON, ["--version"]).status === 0;

const bySample = (maker: string, timestamp: string, secret: string) =>
  spawnSync(PYTHON, [SAMPLES, maker, timestamp, secret], { encoding: "utf8" }).stdout.trim();

describe.skipIf(skipWithout("python", isThere))("signatures of group robots (needs python)", () => {
  const dingtalk = provider("dingtalk-robot");
  const feishu = provider("feishu-robot");

  it("of DingTalk are those of its maker's own sample", async () => {
    await dingtalk.send();
    const { query } = dingtalk.server.last;
    const timestamp = query.get("timestamp") ?? "";
    expect(encodeURIComponent(query.get("sign") ?? "")).toBe(bySample("dingtalk", timestamp, "SECdingtalksecret"));
  });

  it("of Feishu are those of its maker's own sample", async () => {
    await feishu.send();
    const { timestamp, sign } = feishu.server.last.json as { timestamp: string; sign: string };
    expect(sign).toBe(bySample("feishu", timestamp, "secret-feishu"));
  });
});
