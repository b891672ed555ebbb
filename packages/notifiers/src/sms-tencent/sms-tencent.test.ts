import { describe, expect, it } from "vitest";
import { messageOf } from "../testing/messages.ts";
import { provider } from "../testing/provider-suite.ts";

const sms = provider("sms-tencent");
const status = (Code: string, Message = "") => ({ Response: { SendStatusSet: [{ SerialNo: "s", Code, Message }] } });
const error = (Code: string) => ({ Response: { Error: { Code, Message: "…" }, RequestId: "r" } });

describe("sms-tencent", () => {
  it("fills the reviewed template in its order", async () => {
    expect(await sms.send()).toEqual({ outcome: "accepted", reference: "serial-1" });
    const { headers, json } = sms.server.last;
    expect([headers["x-tc-action"], headers["x-tc-version"], headers["x-tc-region"]]).toEqual([
      "SendSms",
      "2021-01-11",
      "ap-guangzhou",
    ]);
    expect(headers.authorization).toMatch(/^TC3-HMAC-SHA256 Credential=AKID\/2026-06-01\/sms\/tc3_request, /);
    expect(json).toEqual({
      PhoneNumberSet: ["+8613800000000"],
      SmsSdkAppId: "1400",
      SignName: "邻里",
      TemplateId: "1234",
      TemplateParamSet: ["3幢2单元", "7号梯", "有人被困"],
      SessionContext: messageOf().key,
    });
  });

  it.each([
    [status("Ok"), { outcome: "accepted", reference: "s" }],
    [status("LimitExceeded.PhoneNumberThirtySecondLimit"), { outcome: "retry", retryAfterMs: 30_000 }],
    [status("LimitExceeded.PhoneNumberOneHourLimit"), { outcome: "retry", retryAfterMs: 3_600_000 }],
    [status("LimitExceeded.PhoneNumberDailyLimit"), { outcome: "retry", retryAfterMs: 86_400_000 }],
    [status("FailedOperation.PhoneNumberInBlacklist"), { outcome: "refused" }],
    [status("FailedOperation.InsufficientBalanceInSmsPackage"), { outcome: "refused" }],
    [status("InvalidParameterValue.IncorrectPhoneNumber"), { outcome: "refused" }],
    [status("InternalError.SendAndRecvFail"), { outcome: "retry" }],
    [error("AuthFailure.SignatureFailure"), { outcome: "refused" }],
    [error("RequestLimitExceeded"), { outcome: "retry", retryAfterMs: 1_000 }],
    [error("InternalError"), { outcome: "retry" }],
    [{ Response: { RequestId: "r" } }, { outcome: "unknown" }],
    ["<html>", { outcome: "unknown" }],
  ])("%j", async (body, expected) => {
    expect(await sms.answered({ body })).toMatchObject(expected);
  });
});
