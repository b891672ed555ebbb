import { describe, expect, it } from "vitest";
import { messageOf } from "../testing/messages.ts";
import { provider } from "../testing/provider-suite.ts";

const dingtalk = provider("dingtalk-app");
const issued = { errcode: 0, errmsg: "ok", access_token: "issued-token", expires_in: 7_200 };

describe("dingtalk-app", () => {
  it("sends a work notification to the one member", async () => {
    expect(await dingtalk.send()).toEqual({ outcome: "accepted", reference: "256271667526" });
    const [asked, sent] = dingtalk.server.received;
    expect(Object.fromEntries(asked?.query ?? [])).toEqual({ appkey: "dingkey", appsecret: "secret-dingtalk" });
    expect(sent?.path).toBe("/topapi/message/corpconversation/asyncsend_v2");
    expect(dingtalk.server.last.json).toMatchObject({
      agent_id: 41,
      userid_list: "manager01",
      msg: { msgtype: "text", text: { content: expect.stringContaining("有人被困") } },
    });
  });

  it("two reminders with the same words differ, for the second would be dropped within a day", async () => {
    const contents = [];
    for (const key of ["a", "b"]) {
      await dingtalk.send({ message: messageOf({ key }) });
      contents.push((dingtalk.server.last.json as { msg: { text: { content: string } } }).msg.text.content);
    }
    expect(contents[0]).not.toBe(contents[1]);
  });

  it("refuses several members in one address", async () => {
    await expect(dingtalk.send({ address: { user: "a,b" } })).rejects.toThrow();
  });

  it.each([
    [
      { errcode: 0, errmsg: "ok", task_id: 1 },
      { outcome: "accepted", reference: "1" },
    ],
    [{ errcode: 33012, errmsg: "无效的USERID" }, { outcome: "refused" }],
    [
      { errcode: 88, sub_code: "90018", sub_msg: "您的应用调用该接口过于频繁" },
      { outcome: "retry", retryAfterMs: 60_000 },
    ],
    [{ errcode: 88, sub_code: "60011", sub_msg: "没有调用该接口的权限" }, { outcome: "refused" }],
    [{ errcode: -1, errmsg: "系统繁忙" }, { outcome: "retry" }],
    ["", { outcome: "unknown" }],
  ])("%j", async (body, expected) => {
    dingtalk.server.answering = ({ path }) => ({ body: path === "/gettoken" ? issued : body });
    expect(await dingtalk.send()).toMatchObject(expected);
  });
});
