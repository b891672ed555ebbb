import { describe, expect, it } from "vitest";
import { AccessToken } from "../access-token.ts";
import type { Received } from "../testing/answering-server.ts";
import { messageOf } from "../testing/messages.ts";
import { provider } from "../testing/provider-suite.ts";

const wecom = provider("wecom-app");
const issued = { errcode: 0, errmsg: "ok", access_token: "issued-token", expires_in: 7_200 };
const isToken = (request: Received) => request.path === "/cgi-bin/gettoken";

describe("wecom-app", () => {
  it("writes to the one member, with title, text and link", async () => {
    expect(await wecom.send()).toEqual({ outcome: "accepted", reference: "msg-1" });
    const [asked, sent] = wecom.server.received;
    expect(Object.fromEntries(asked?.query ?? [])).toEqual({ corpid: "ww1", corpsecret: "secret-wecom" });
    expect([sent?.path, sent?.query.get("access_token")]).toEqual(["/cgi-bin/message/send", "issued-token"]);
    const body = wecom.server.last.json as { text: { content: string } };
    expect(body).toMatchObject({ touser: "zhang", msgtype: "text", agentid: 1_000_002, enable_duplicate_check: 1 });
    expect(body.text.content).toContain("有人被困");
    expect(body.text.content).toContain("https://linli.example/alerts/");
    expect(Buffer.byteLength(body.text.content)).toBeLessThanOrEqual(2_048);
  });

  it("words a reminder differently from a repeat, which the duplicate check must drop", async () => {
    const contents = [];
    for (const key of ["a", "a", "b"]) {
      await wecom.send({ message: messageOf({ key }) });
      contents.push((wecom.server.last.json as { text: { content: string } }).text.content);
    }
    expect(contents[0]).toBe(contents[1]);
    expect(contents[0]).not.toBe(contents[2]);
  });

  it("refuses to write to everybody", async () => {
    await expect(wecom.send({ address: { user: "@all" } })).rejects.toThrow();
  });

  it.each([
    [
      { errcode: 0, errmsg: "ok", msgid: "m" },
      { outcome: "accepted", reference: "m" },
    ],
    [{ errcode: 0, errmsg: "ok", invaliduser: "zhang", msgid: "m" }, { outcome: "refused" }],
    [{ errcode: 0, errmsg: "ok", unlicenseduser: "zhang", msgid: "m" }, { outcome: "refused" }],
    [{ errcode: 81013, errmsg: "user & party & tag all invalid" }, { outcome: "refused" }],
    [{ errcode: 60020, errmsg: "not allow to access from your ip" }, { outcome: "refused" }],
    [
      { errcode: 45009, errmsg: "api freq out of limit" },
      { outcome: "retry", retryAfterMs: 60_000 },
    ],
    [{ errcode: -1, errmsg: "system busy" }, { outcome: "retry" }],
    ["<html>proxy</html>", { outcome: "unknown" }],
  ])("%j", async (body, expected) => {
    wecom.server.answering = (request) => (isToken(request) ? { body: issued } : { body });
    expect(await wecom.send()).toMatchObject(expected);
  });

  it("renews a token that is no longer accepted, once", async () => {
    let tokens = 0;
    wecom.server.answering = (request) => {
      if (isToken(request)) return { body: { ...issued, access_token: `issued-token-${++tokens}` } };
      const fresh = request.query.get("access_token") === "issued-token-2";
      return { body: fresh ? { errcode: 0, msgid: "m" } : { errcode: 42001, errmsg: "access_token expired" } };
    };
    expect(await wecom.send()).toEqual({ outcome: "accepted", reference: "m" });
    expect(tokens).toBe(2);
  });

  it("wrong credentials are refused, and nothing is sent", async () => {
    wecom.server.answering = () => ({ body: { errcode: 40001, errmsg: "invalid credential" } });
    expect(await wecom.send()).toMatchObject({ outcome: "refused" });
    expect(wecom.server.received.every(isToken)).toBe(true);
  });

  it("nobody was told while the token was lost on the way", async () => {
    wecom.server.answering = () => ({ body: "<html>proxy</html>" });
    expect(await wecom.send()).toMatchObject({ outcome: "retry" });
  });
});

describe("AccessToken", () => {
  it("is asked for once by many, and again shortly before its end", async () => {
    let now = 0;
    let asked = 0;
    const used: string[] = [];
    const token = new AccessToken(
      async () => ({ token: `t${++asked}`, expiresInMs: 7_200_000 }),
      () => now,
    );
    const use = () =>
      token.use(
        async (held) => {
          used.push(held);
          return { outcome: "accepted" };
        },
        () => false,
      );
    await Promise.all([use(), use(), use()]);
    now = 6_800_000;
    await use();
    now = 6_900_000;
    await use();
    expect(used).toEqual(["t1", "t1", "t1", "t1", "t2"]);
  });
});
