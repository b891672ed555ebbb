import { days, hours, minutes } from "@linli/model";
import { z } from "zod";
import { keySchema, reportTokenSchema } from "../call-reports.ts";
import type { CallReport } from "../channel.ts";
import { readCoded } from "../coded-answer.ts";
import { defineChannel } from "../define-channel.ts";
import { serverSchema } from "../endpoint.ts";
import { isDelivery } from "../exchange.ts";
import { foreignText } from "../foreign-text.ts";
import { dialledInChina, phoneSchema } from "../phone.ts";
import { namedTemplatesSchema, templateFor, templateValue } from "../reviewed-template.ts";
import { aliyunKeys, callAliyun } from "../signing/aliyun.ts";
import { aliyunCodes } from "../signing/aliyun-codes.ts";
import { stableId } from "../stable-id.ts";

const config = z
  .strictObject({
    ...aliyunKeys,
    templates: namedTemplatesSchema,
    callerNumber: z.string().max(30).optional().describe("CalledShowNumber; absent = the public numbers."),
    keyPress: z
      .strictObject({
        key: keySchema,
        thanks: z.string().min(1).max(100).describe("TTS template played after the key."),
        goodbye: z.string().min(1).max(100).optional().describe("TTS template played at the end."),
      })
      .optional()
      .describe("Asks for a key (IvrCall) instead of reading out only (SingleCallByTts)."),
    playTimes: z.number().int().min(1).max(3).default(2),
    reportToken: reportTokenSchema,
    server: serverSchema.default("https://dyvmsapi.aliyuncs.com"),
  })
  .refine((given) => given.keyPress === undefined || given.callerNumber !== undefined, {
    path: ["callerNumber"],
    message: "asking for a key needs a number that was bought",
  });
const address = z.strictObject({ phone: phoneSchema });
type Config = z.output<typeof config>;

interface Call {
  readonly number: string;
  readonly template: string;
  /** JSON. */
  readonly values: string;
  readonly key: string;
}

const codes = aliyunCodes("CallId");
/** 用户接听 */
const ANSWERED = "200000";

/** Telephone calls by Alibaba Cloud, read out from reviewed templates. */
export const voiceAliyun = defineChannel({
  id: "voice-aliyun",
  label: { zh: "语音电话（阿里云）", en: "Voice call (Alibaba Cloud)" },
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
    key: ({ keyPress }) => keyPress?.key ?? "1",
    answer: { code: 0, msg: "成功" },
  },
  create(settings, deps) {
    return {
      async send(message, to, signal) {
        const template = templateFor(settings.templates, message);
        const values = Object.entries(template.variables).map(([name, from]) => [name, templateValue(message, from)]);
        const call = {
          number: dialledInChina(to.phone),
          template: template.code,
          values: JSON.stringify(Object.fromEntries(values)),
          // At most 15 bytes.
          key: stableId(message.key, 15),
        };
        const request = {
          server: settings.server,
          version: "2017-05-25",
          ...(settings.keyPress ? asking(call, settings, settings.keyPress) : reading(call, settings)),
        };
        const answer = await callAliyun(deps, request, settings, signal);
        return isDelivery(answer) ? answer : readCoded(answer, codes, deps.now()).delivery;
      },
      close: async () => {},
    };
  },
});

const shared = (call: Call, settings: Config) => ({
  CalledNumber: call.number,
  ...(settings.callerNumber === undefined ? {} : { CalledShowNumber: settings.callerNumber }),
  PlayTimes: String(settings.playTimes),
  OutId: call.key,
});

const reading = (call: Call, settings: Config) => ({
  action: "SingleCallByTts",
  query: { ...shared(call, settings), TtsCode: call.template, TtsParam: call.values },
});

const asking = (call: Call, settings: Config, keyPress: NonNullable<Config["keyPress"]>) => ({
  action: "IvrCall",
  query: {
    ...shared(call, settings),
    StartCode: call.template,
    StartTtsParams: call.values,
    "MenuKeyMap.1.Key": keyPress.key,
    "MenuKeyMap.1.Code": keyPress.thanks,
    ...(keyPress.goodbye === undefined ? {} : { ByeCode: keyPress.goodbye }),
  },
});

/** VoiceReport (`dtmf`) or the report of a key while the call goes on (`digits`): one object or a list of them. */
function readReports(body: unknown): CallReport[] {
  return (Array.isArray(body) ? body : [body]).flatMap((item: unknown) => {
    if (typeof item !== "object" || item === null) return [];
    const report = item as Readonly<Record<string, unknown>>;
    if (typeof report["call_id"] !== "string") return [];
    const status = foreignText(report["status_code"]);
    const pressed = foreignText(report["dtmf"]) ?? foreignText(report["digits"]);
    return [
      {
        reference: report["call_id"],
        ...(status === undefined ? {} : { answered: status === ANSWERED }),
        ...(pressed === undefined ? {} : { pressed }),
      },
    ];
  });
}
