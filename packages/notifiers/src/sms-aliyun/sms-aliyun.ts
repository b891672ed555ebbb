import { days, hours, minutes } from "@linli/model";
import { z } from "zod";
import { readCoded } from "../coded-answer.ts";
import { defineChannel } from "../define-channel.ts";
import { serverSchema } from "../endpoint.ts";
import { isDelivery } from "../exchange.ts";
import { dialledInChina, phoneSchema } from "../phone.ts";
import { namedTemplatesSchema, templateFor, templateValue } from "../reviewed-template.ts";
import { aliyunKeys, callAliyun } from "../signing/aliyun.ts";
import { aliyunCodes } from "../signing/aliyun-codes.ts";

const config = z.strictObject({
  ...aliyunKeys,
  signature: z.string().min(1).max(40).describe("短信签名, without 【】"),
  templates: namedTemplatesSchema,
  server: serverSchema.default("https://dysmsapi.aliyuncs.com"),
});
const address = z.strictObject({ phone: phoneSchema });
const codes = aliyunCodes("BizId");

/** Text messages by Alibaba Cloud, with reviewed templates. */
export const smsAliyun = defineChannel({
  id: "sms-aliyun",
  label: { zh: "短信（阿里云）", en: "SMS (Alibaba Cloud)" },
  reaches: "person",
  config,
  address,
  limits: [
    { messages: 4, perMs: minutes(1) },
    { messages: 20, perMs: hours(1) },
    { messages: 45, perMs: days(1) },
  ],
  create(settings, deps) {
    return {
      async send(message, to, signal) {
        const template = templateFor(settings.templates, message);
        const values = Object.entries(template.variables).map(([name, from]) => [name, templateValue(message, from)]);
        const query = {
          PhoneNumbers: dialledInChina(to.phone),
          SignName: settings.signature,
          TemplateCode: template.code,
          TemplateParam: JSON.stringify(Object.fromEntries(values)),
          OutId: message.key,
        };
        const call = { server: settings.server, action: "SendSms", version: "2017-05-25", query };
        const answer = await callAliyun(deps, call, settings, signal);
        return isDelivery(answer) ? answer : readCoded(answer, codes, deps.now()).delivery;
      },
      close: async () => {},
    };
  },
});
