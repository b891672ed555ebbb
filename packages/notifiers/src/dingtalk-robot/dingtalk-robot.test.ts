import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { NOW } from "../testing/messages.ts";
import { provider } from "../testing/provider-suite.ts";

const robot = provider("dingtalk-robot");

/** HMAC by its definition (RFC 2104), so that the test shares nothing with what it tests. */
function hmacSha256(key: string, text: string): string {
  const padded = Buffer.alloc(64);
  Buffer.from(key).copy(padded);
  const sha256 = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
  const inner = sha256(Buffer.from(padded.map((byte) => byte ^ 0x36)), Buffer.from(text));
  return sha256(Buffer.from(padded.map((byte) => byte ^ 0x5c)), inner).toString("base64");
}

describe("dingtalk-robot", () => {
  it("signs the time with the robot's secret", async () => {
    expect(await robot.send()).toEqual({ outcome: "accepted" });
    const { path, query, json } = robot.server.last;
    expect(path).toBe("/robot/send");
    expect(Object.fromEntries(query)).toEqual({
      access_token: "secretrobottoken",
      timestamp: String(NOW),
      sign: hmacSha256("SECdingtalksecret", `${NOW}\nSECdingtalksecret`),
    });
    expect(json).toMatchObject({ msgtype: "text", text: { content: expect.stringContaining("有人被困") } });
  });

  it.each([
    [{ errcode: 0, errmsg: "ok" }, { outcome: "accepted" }],
    [
      { errcode: 130101, errmsg: "send too fast, exceed 20 times per minute" },
      { outcome: "retry", retryAfterMs: 600_000 },
    ],
    [
      { errcode: 410100, errmsg: "发送速度太快而限流" },
      { outcome: "retry", retryAfterMs: 600_000 },
    ],
    [
      { errcode: 310000, errmsg: "sign not match" },
      { outcome: "refused", reason: "310000: sign not match" },
    ],
    [{ errcode: 310000, errmsg: "keywords not in content" }, { outcome: "refused" }],
    [{ errcode: 300001, errmsg: "token is not exist" }, { outcome: "refused" }],
    [{ errcode: 400102, errmsg: "机器人已停用" }, { outcome: "refused" }],
    [{ errcode: -1, errmsg: "系统繁忙" }, { outcome: "retry" }],
  ])("%j", async (body, expected) => {
    expect(await robot.answered({ body })).toMatchObject(expected);
  });
});
