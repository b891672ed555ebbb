import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { messageOf, NOW } from "../testing/messages.ts";
import { provider } from "../testing/provider-suite.ts";

const robot = provider("feishu-robot");

/** HMAC of nothing by its definition (RFC 2104), so that the test shares nothing with what it tests. */
function hmacOfNothing(key: string): string {
  const padded = Buffer.alloc(64);
  Buffer.from(key).copy(padded);
  const sha256 = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
  const inner = sha256(Buffer.from(padded.map((byte) => byte ^ 0x36)));
  return sha256(Buffer.from(padded.map((byte) => byte ^ 0x5c)), inner).toString("base64");
}

describe("feishu-robot", () => {
  it("signs in the body, with seconds", async () => {
    expect(await robot.send()).toEqual({ outcome: "accepted" });
    const { path, json } = robot.server.last;
    expect(path).toBe("/open-apis/bot/v2/hook/secret-hook-token");
    const timestamp = String(NOW / 1_000);
    expect(json).toMatchObject({
      timestamp,
      sign: hmacOfNothing(`${timestamp}\nsecret-feishu`),
      msg_type: "text",
      content: { text: expect.stringContaining("有人被困") },
    });
  });

  it("a device's name cannot mention anybody", async () => {
    await robot.send({ message: messageOf({ title: '<at user_id="all">所有人</at> 电梯' }) });
    expect((robot.server.last.json as { content: { text: string } }).content.text).not.toContain("<at ");
  });

  it.each([
    [{ body: { StatusCode: 0, StatusMessage: "success" } }, { outcome: "accepted" }],
    [{ status: 400, body: { code: 9499, msg: "Bad Request", data: {} } }, { outcome: "refused" }],
    [{ body: { code: 19001, msg: "param invalid: incoming webhook access token invalid" } }, { outcome: "refused" }],
    [
      { body: { code: 19021, msg: "sign match fail or timestamp is not within one hour from current time" } },
      { outcome: "refused" },
    ],
    [{ body: { code: 19022, msg: "Ip Not Allowed" } }, { outcome: "refused" }],
    [{ body: { code: 19024, msg: "Key Words Not Found" } }, { outcome: "refused" }],
    [{ body: { code: 11232, msg: "frequency limited" } }, { outcome: "retry", retryAfterMs: 60_000 }],
    [{ status: 400, body: { code: 99991400, msg: "request trigger frequency limit" } }, { outcome: "retry" }],
    [{ status: 200, body: "" }, { outcome: "unknown" }],
  ])("%j", async (reply, expected) => {
    expect(await robot.answered(reply)).toMatchObject(expected);
  });
});
