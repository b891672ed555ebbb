import { days, hours, seconds } from "@linli/model";
import { z } from "zod";
import type { Delivery } from "../channel.ts";
import { defineChannel } from "../define-channel.ts";
import { serverSchema } from "../endpoint.ts";
import { isDelivery } from "../exchange.ts";
import { foreignText } from "../foreign-text.ts";
import { phoneSchema } from "../phone.ts";
import { numberedTemplatesSchema, templateFor, templateValue } from "../reviewed-template.ts";
import { callTencent, tencentKeys } from "../signing/tencent.ts";
import { deliveryForTencent, isResponse, tencentResponse } from "../signing/tencent-answer.ts";

const config = z.strictObject({
  ...tencentKeys,
  application: z.string().min(1).max(50).describe("SmsSdkAppId"),
  signature: z.string().min(1).max(40).describe("短信签名, without 【】"),
  templates: numberedTemplatesSchema,
  server: serverSchema.default("https://sms.tencentcloudapi.com"),
});
const address = z.strictObject({ phone: phoneSchema });

/** Text messages by Tencent Cloud, with reviewed templates. */
export const smsTencent = defineChannel({
  id: "sms-tencent",
  label: { zh: "短信（腾讯云）", en: "SMS (Tencent Cloud)" },
  reaches: "person",
  config,
  address,
  limits: [
    { messages: 1, perMs: seconds(31) },
    { messages: 5, perMs: hours(1) },
    { messages: 10, perMs: days(1) },
  ],
  create(settings, deps) {
    return {
      async send(message, to, signal) {
        const template = templateFor(settings.templates, message);
        const body = JSON.stringify({
          PhoneNumberSet: [to.phone],
          SmsSdkAppId: settings.application,
          SignName: settings.signature,
          TemplateId: template.code,
          TemplateParamSet: template.variables.map((from) => templateValue(message, from)),
          SessionContext: message.key,
        });
        const call = { server: settings.server, service: "sms", action: "SendSms", version: "2021-01-11", body };
        const answer = await callTencent(deps, call, settings, signal);
        if (isDelivery(answer)) return answer;
        const response = tencentResponse(answer, deps.now());
        return isResponse(response) ? statusIn(response) : response;
      },
      close: async () => {},
    };
  },
});

interface SendStatus {
  readonly Code?: unknown;
  readonly Message?: unknown;
  readonly SerialNo?: unknown;
}

/** The call may succeed and its only number fail. */
function statusIn(response: Readonly<Record<string, unknown>>): Delivery {
  const set = response["SendStatusSet"];
  const status = Array.isArray(set) ? (set[0] as SendStatus | undefined) : undefined;
  if (typeof status?.Code !== "string") return { outcome: "unknown", reason: "an answer without the number's status" };
  if (status.Code === "Ok") return { outcome: "accepted", reference: foreignText(status.SerialNo) ?? "" };
  return deliveryForTencent(status.Code, foreignText(status.Message) ?? "");
}
