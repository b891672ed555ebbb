import { describe, expect, it } from "vitest";
import { messageOf } from "../testing/messages.ts";
import { provider } from "../testing/provider-suite.ts";

const robot = provider("wecom-robot");

describe("wecom-robot", () => {
  it("posts text to the robot's address, within 2,048 bytes", async () => {
    await robot.send({ message: messageOf({ text: "长".repeat(2_000) }) });
    expect([robot.server.last.path, robot.server.last.query.get("key")]).toEqual([
      "/cgi-bin/webhook/send",
      "secret-robot-key",
    ]);
    const { msgtype, text } = robot.server.last.json as { msgtype: string; text: { content: string } };
    expect(msgtype).toBe("text");
    expect(Buffer.byteLength(text.content)).toBeLessThanOrEqual(2_048);
    expect(text.content).toMatch(/^【邻里】紧急.*\n长+…\nhttps:/);
  });

  it("mentions everybody only when asked to, and only for what is urgent", async () => {
    const mentioned = async (mentionAll: boolean, lifeSafety: boolean) => {
      const severity = lifeSafety ? "critical" : "low";
      await robot.send({ address: { mentionAll }, message: messageOf({ lifeSafety, severity }) });
      return (robot.server.last.json as { text: { mentioned_list?: string[] } }).text.mentioned_list;
    };
    expect(await mentioned(true, true)).toEqual(["@all"]);
    expect(await mentioned(true, false)).toBeUndefined();
    expect(await mentioned(false, true)).toBeUndefined();
  });

  it.each([
    [{ errcode: 0, errmsg: "ok" }, { outcome: "accepted" }],
    [
      { errcode: 93000, errmsg: "invalid webhook url" },
      { outcome: "refused", reason: "93000: invalid webhook url" },
    ],
    [
      { errcode: 45009, errmsg: "api freq out of limit" },
      { outcome: "retry", retryAfterMs: 60_000 },
    ],
    [{ errcode: -1, errmsg: "system busy" }, { outcome: "retry" }],
    [{ errcode: 40058, errmsg: "invalid Request Parameter" }, { outcome: "refused" }],
    ["ok", { outcome: "unknown" }],
  ])("%j", async (body, expected) => {
    expect(await robot.answered({ body })).toMatchObject(expected);
  });
});
