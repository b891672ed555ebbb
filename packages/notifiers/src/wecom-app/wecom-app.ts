import { minutes } from "@linli/model";
import { z } from "zod";
import { AccessToken, type IssuedToken } from "../access-token.ts";
import type { ChannelDeps, Delivery } from "../channel.ts";
import { type CodedAnswer, type CodeTable, passingCodes, readCoded } from "../coded-answer.ts";
import { defineChannel, secret } from "../define-channel.ts";
import { endpoint, serverSchema } from "../endpoint.ts";
import { exchange, exchangeJson, isDelivery } from "../exchange.ts";
import { foreignText } from "../foreign-text.ts";
import { plainText } from "../shorten.ts";
import { stableId } from "../stable-id.ts";

const config = z.strictObject({
  corporation: z.string().min(1).max(100).describe("企业 ID (corpid)"),
  agent: z.number().int().positive().describe("应用 AgentId"),
  secret: secret(z.string().min(1).max(200)).describe("应用 Secret"),
  server: serverSchema.default("https://qyapi.weixin.qq.com"),
});
const address = z.strictObject({
  user: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/, "a member's account: one person, never @all")
    .describe("成员账号 (userid)"),
});
type Config = z.output<typeof config>;

const MAX_BYTES = 2_048;
const EXPIRED = new Set(["40014", "42001", "41001"]);
const table: CodeTable = {
  code: ["errcode"],
  message: ["errmsg"],
  accepted: 0,
  passing: passingCodes({
    "-1": {},
    40014: {},
    42001: {},
    45009: { afterMs: minutes(1) },
    45033: { afterMs: 1_000 },
  }),
  reference: "msgid",
};

/** WeCom application messages to named members. */
export const wecomApp = defineChannel({
  id: "wecom-app",
  label: { zh: "企业微信应用消息", en: "WeCom application message" },
  reaches: "person",
  config,
  address,
  limits: [
    { messages: 25, perMs: minutes(1) },
    { messages: 900, perMs: minutes(60) },
  ],
  maxBytes: MAX_BYTES,
  create(settings, deps) {
    const token = new AccessToken(() => issueToken(settings, deps), deps.now);
    return {
      async send(message, to, signal) {
        const mark = `#${stableId(message.key, 6)}`;
        const body = {
          touser: to.user,
          msgtype: "text",
          agentid: settings.agent,
          text: { content: plainText(message, MAX_BYTES, [mark]) },
          enable_duplicate_check: 1,
          duplicate_check_interval: 1_800,
        };
        const answer = await token.use(
          (held) => post(settings, deps, { token: held, body, signal }),
          (code) => EXPIRED.has(code),
        );
        return "outcome" in answer ? answer : reached(answer);
      },
      close: async () => {},
    };
  },
});

async function issueToken(settings: Config, deps: ChannelDeps): Promise<IssuedToken | Delivery> {
  const query = { corpid: settings.corporation, corpsecret: settings.secret };
  const url = endpoint(settings.server, "/cgi-bin/gettoken", query);
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
  const url = endpoint(settings.server, "/cgi-bin/message/send", { access_token: posted.token });
  const answer = await exchangeJson(deps, { url, body: posted.body }, posted.signal);
  return isDelivery(answer) ? answer : readCoded(answer, table, deps.now());
}

/** errcode 0 with the member among those who could not be reached means that nobody was told. */
function reached({ body, delivery }: CodedAnswer): Delivery {
  if (delivery.outcome !== "accepted") return delivery;
  const invalid = foreignText(body["invaliduser"]);
  if (invalid !== undefined) {
    return { outcome: "refused", reason: `no such member, or outside the application's scope: ${invalid}` };
  }
  const unlicensed = foreignText(body["unlicenseduser"]);
  return unlicensed === undefined ? delivery : { outcome: "refused", reason: `without a licence: ${unlicensed}` };
}
