import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { messageOf } from "../testing/messages.ts";
import { provider } from "../testing/provider-suite.ts";

const sms = provider("sms-aliyun");

describe("sms-aliyun", () => {
  it("fills the reviewed template and signs what is sent", async () => {
    expect(await sms.send()).toEqual({ outcome: "accepted", reference: "biz-1" });
    const { method, query, headers } = sms.server.last;
    expect(Object.fromEntries(query)).toEqual({
      PhoneNumbers: "13800000000",
      SignName: "邻里",
      TemplateCode: "SMS_1",
      TemplateParam: '{"device":"7号梯","place":"3幢2单元","what":"有人被困"}',
      OutId: messageOf().key,
    });
    expect([method, headers["x-acs-action"], headers["x-acs-version"]]).toEqual(["POST", "SendSms", "2017-05-25"]);
    // Computed again from what arrived.
    const signed = /SignedHeaders=([^,]+),Signature=(\w+)/.exec(headers.authorization ?? "");
    const names = (signed?.[1] ?? "").split(";");
    const encode = (text: string) =>
      encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    const canonical = `POST\n/\n${[...query]
      .map(([k, v]) => `${encode(k)}=${encode(v)}`)
      .sort()
      .join(
        "&",
      )}\n${names.map((name) => `${name}:${String(headers[name])}\n`).join("")}\n${names.join(";")}\n${createHash("sha256").digest("hex")}`;
    const hashed = createHash("sha256").update(canonical).digest("hex");
    const expected = createHmac("sha256", "secret-aliyun").update(`ACS3-HMAC-SHA256\n${hashed}`).digest("hex");
    expect(signed?.[2]).toBe(expected);
    expect(names).toContain("x-acs-signature-nonce");
  });

  it("takes the first template that fits occasion and language", async () => {
    const templates = [
      { code: "SMS_CLEARED", occasions: ["cleared"], variables: {} },
      { code: "SMS_EN", language: "en", variables: {} },
      { code: "SMS_ALL", variables: {} },
    ];
    const used = async (changes: Parameters<typeof messageOf>[0]) => {
      await sms.send({ config: { templates }, message: messageOf(changes) });
      return sms.server.last.query.get("TemplateCode");
    };
    expect(await used({ occasion: "cleared", language: "en" })).toBe("SMS_CLEARED");
    expect(await used({ occasion: "opened", language: "en" })).toBe("SMS_EN");
    expect(await used({ occasion: "opened" })).toBe("SMS_ALL");
  });

  it("asks for a template for everything else, before the night it is needed", async () => {
    const templates = [{ code: "SMS_1", occasions: ["opened"], variables: {} }];
    await expect(sms.send({ config: { templates } })).rejects.toThrow(/without occasions and language/);
  });

  it("takes out of variables what gateways refuse, and never leaves one empty", async () => {
    const variables = { device: "【7号】 13812345678 https://x.example/a", place: "长".repeat(35), what: "" };
    await sms.send({ message: messageOf({ variables }) });
    expect(JSON.parse(sms.server.last.query.get("TemplateParam") ?? "")).toEqual({
      device: "(7号)",
      place: "长".repeat(35),
      what: "-",
    });
  });

  it.each([
    [200, { Code: "OK", Message: "OK", BizId: "b" }, { outcome: "accepted", reference: "b" }],
    [
      200,
      { Code: "isv.BUSINESS_LIMIT_CONTROL", Message: "触发分钟级流控Permits:1" },
      { outcome: "retry", retryAfterMs: 60_000 },
    ],
    [
      200,
      { Code: "isv.BUSINESS_LIMIT_CONTROL", Message: "触发小时级流控Permits:5" },
      { outcome: "retry", retryAfterMs: 3_600_000 },
    ],
    [
      200,
      { Code: "isv.BUSINESS_LIMIT_CONTROL", Message: "触发天级流控Permits:10" },
      { outcome: "retry", retryAfterMs: 86_400_000 },
    ],
    [200, { Code: "isv.MOBILE_NUMBER_ILLEGAL", Message: "非法手机号" }, { outcome: "refused" }],
    [200, { Code: "isv.SMS_TEMPLATE_ILLEGAL", Message: "模版不合法" }, { outcome: "refused" }],
    [200, { Code: "isv.AMOUNT_NOT_ENOUGH", Message: "账户余额不足" }, { outcome: "refused" }],
    [200, { Code: "isp.SYSTEM_ERROR", Message: "isp.SYSTEM_ERROR" }, { outcome: "retry" }],
    [400, { Code: "SignatureDoesNotMatch", Message: "…" }, { outcome: "refused" }],
    [404, { Code: "InvalidAccessKeyId.NotFound", Message: "…" }, { outcome: "refused" }],
    [400, { Code: "Throttling.User", Message: "…" }, { outcome: "retry", retryAfterMs: 1_000 }],
    [503, { Code: "ServiceUnavailable", Message: "…" }, { outcome: "retry" }],
    [200, "<html>", { outcome: "unknown" }],
  ])("HTTP %i %j", async (status, body, expected) => {
    expect(await sms.answered({ status, body })).toMatchObject(expected);
  });
});
