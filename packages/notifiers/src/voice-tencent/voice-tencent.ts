import { days, hours, minutes } from "@linli/model";
import { z } from "zod";
import { keySchema, reportTokenSchema } from "../call-reports.ts";
import type { CallReport, Delivery } from "../channel.ts";
import { defineChannel } from "../define-channel.ts";
import { serverSchema } from "../endpoint.ts";
import { isDelivery } from "../exchange.ts";
import { foreignText } from "../foreign-text.ts";
import { phoneSchema } from "../phone.ts";
import { numberedTemplatesSchema, templateFor, templateValue } from "../reviewed-template.ts";
import { callTencent, tencentKeys } from "../signing/tencent.ts";
import { isResponse, tencentResponse } from "../signing/tencent-answer.ts";

const config = z.strictObject({
  ...tencentKeys,
  application: z.string().min(1).max(50).describe("VoiceSdkAppid"),
  templates: numberedTemplatesSchema,
  playTimes: z.number().int().min(1).max(3).default(2),
  key: keySchema.describe('The key that the template asks for, to say "mine".'),
  reportToken: reportTokenSchema,
  server: serverSchema.default("https://vms.tencentcloudapi.com"),
});
const address = z.strictObject({ phone: phoneSchema });

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** Telephone calls by Tencent Cloud, read out from reviewed templates. */
export const voiceTencent = defineChannel({
  id: "voice-tencent",
  label: { zh: "语音电话（腾讯云）", en: "Voice call (Tencent Cloud)" },
  reaches: "person",
  config,
  address,
  limits: [
    { messages: 1, perMs: minutes(1) },
    { messages: 5, perMs: hours(1) },
    { messages: 20, perMs: days(1) },
  ],
  callback: {
    read: readReports,
    token: ({ reportToken }) => reportToken,
    key: ({ key }) => key,
    answer: { result: 0, errmsg: "OK" },
  },
  create(settings, deps) {
    return {
      async send(message, to, signal) {
        const template = templateFor(settings.templates, message);
        const body = JSON.stringify({
          TemplateId: template.code,
          CalledNumber: to.phone,
          VoiceSdkAppid: settings.application,
          TemplateParamSet: template.variables.map((from) => templateValue(message, from)),
          PlayTimes: settings.playTimes,
          SessionContext: message.key,
        });
        const call = { server: settings.server, service: "vms", action: "SendTtsVoice", version: "2020-09-02", body };
        const answer = await callTencent(deps, call, settings, signal);
        if (isDelivery(answer)) return answer;
        const response = tencentResponse(answer, deps.now());
        return isResponse(response) ? statusIn(response) : response;
      },
      close: async () => {},
    };
  },
});

function statusIn(response: Fields): Delivery {
  const status = response["SendStatus"];
  if (!isFields(status) || typeof status["CallId"] !== "string") {
    return { outcome: "unknown", reason: "an answer without the call's number" };
  }
  return { outcome: "accepted", reference: status["CallId"] };
}

/** One object named after what it tells: the end of a call, a key, a failure. */
function readReports(body: unknown): CallReport[] {
  if (!isFields(body)) return [];
  const [ended, key, failed] = ["voiceprompt_callback", "voicekey_callback", "voice_failure_callback"].map(
    (name) => body[name],
  );
  const reports: CallReport[] = [];
  if (isFields(ended) && typeof ended["callid"] === "string") {
    reports.push({ reference: ended["callid"], answered: foreignText(ended["result"]) === "0" });
  }
  if (isFields(key) && typeof key["callid"] === "string") {
    const pressed = foreignText(key["keypress"]);
    reports.push({ reference: key["callid"], answered: true, ...(pressed === undefined ? {} : { pressed }) });
  }
  if (isFields(failed) && typeof failed["callid"] === "string") {
    reports.push({ reference: failed["callid"], answered: false });
  }
  return reports;
}
