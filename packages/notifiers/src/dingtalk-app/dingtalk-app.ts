import { days, minutes } from "@linli/model";
import { z } from "zod";
import { AccessToken, type IssuedToken } from "../access-token.ts";
import type { ChannelDeps, Delivery } from "../channel.ts";
import { type CodedAnswer, type CodeTable, passingCodes, readCoded } from "../coded-answer.ts";
import { defineChannel, secret } from "../define-channel.ts";
import { endpoint, serverSchema } from "../endpoint.ts";
import { exchange, exchangeJson, isDelivery } from "../exchange.ts";
import { plainText } from "../shorten.ts";
import { stableId } from "../stable-id.ts";

const config = z.strictObject({
  agent: z.number().int().positive().describe("应用 AgentId"),
  key: z.string().min(1).max(200).describe("应用 AppKey (Client ID)"),
  secret: secret(z.string().min(1).max(200)).describe("应用 AppSecret (Client Secret)"),
  server: serverSchema.default("https://oapi.dingtalk.com"),
});
const address = z.strictObject({
  user: z
    .string()
    .regex(/^[^,\s]{1,64}$/, "one member's userid")
    .describe("员工 userid"),
});
type Config = z.output<typeof config>;

const MAX_BYTES = 2_000;
const EXPIRED = new Set(["40014", "42001"]);
const table: CodeTable = {
  // The older gateway answers 88 and says what it means in sub_code.
  code: ["sub_code", "errcode"],
  message: ["sub_msg", "errmsg"],
  accepted: 0,
  passing: passingCodes({
    "-1": {},
    40014: {},
    42001: {},
    90002: { afterMs: minutes(1) },
    90018: { afterMs: minutes(1) },
  }),
  reference: "task_id",
};

/** DingTalk work notifications to named members. */
export const dingtalkApp = defineChannel({
  id: "dingtalk-app",
  label: { zh: "钉钉工作通知", en: "DingTalk work notification" },
  reaches: "person",
  config,
  address,
  limits: [{ messages: 450, perMs: days(1) }],
  maxBytes: MAX_BYTES,
  create(settings, deps) {
    const token = new AccessToken(() => issueToken(settings, deps), deps.now);
    return {
      async send(message, to, signal) {
        // The same words to the same member are delivered once a day: the mark tells a reminder from a repeat.
        const content = plainText(message, MAX_BYTES, [`#${stableId(message.key, 6)}`]);
        const body = { agent_id: settings.agent, userid_list: to.user, msg: { msgtype: "text", text: { content } } };
        const answer = await token.use(
          (held) => post(settings, deps, { token: held, body, signal }),
          (code) => EXPIRED.has(code),
        );
        return "outcome" in answer ? answer : answer.delivery;
      },
      close: async () => {},
    };
  },
});

async function issueToken(settings: Config, deps: ChannelDeps): Promise<IssuedToken | Delivery> {
  const url = endpoint(settings.server, "/gettoken", { appkey: settings.key, appsecret: settings.secret });
  // Shared by all who wait for it: nobody's own signal may end it.
  const answer = await exchange(deps, { url, method: "GET" }, new AbortController().signal);
  if (isDelivery(answer)) return answer;
  const { body, delivery } = readCoded(answer, table, deps.now());
  if (delivery.outcome !== "accepted") return delivery;
  if (typeof body["access_token"] !== "string") return { outcome: "retry", reason: "no access token in the answer" };
  return { token: body["access_token"], expiresInMs: Number(body["expires_in"] ?? 7_200) * 1_000 };
}

interface Posted {
  readonly token: string;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

async function post(settings: Config, deps: ChannelDeps, posted: Posted): Promise<CodedAnswer | Delivery> {
  const query = { access_token: posted.token };
  const url = endpoint(settings.server, "/topapi/message/corpconversation/asyncsend_v2", query);
  const answer = await exchangeJson(deps, { url, body: posted.body }, posted.signal);
  return isDelivery(answer) ? answer : readCoded(answer, table, deps.now());
}
