import { createHmac } from "node:crypto";
import { minutes } from "@linli/model";
import { z } from "zod";
import { type CodeTable, passingCodes, readCoded } from "../coded-answer.ts";
import { defineChannel, secret } from "../define-channel.ts";
import { endpoint, serverSchema } from "../endpoint.ts";
import { exchangeJson, isDelivery } from "../exchange.ts";
import { isUrgent } from "../rate-limit.ts";
import { plainText } from "../shorten.ts";

const config = z.strictObject({ server: serverSchema.default("https://oapi.dingtalk.com") });
const address = z.strictObject({
  token: secret(z.string().regex(/^[A-Za-z0-9]{8,100}$/, "what follows access_token= in the robot's address")),
  secret: secret(z.string().min(8).max(200)).describe("加签密钥, SEC…"),
  mentionAll: z.boolean().default(false).describe("Urgent messages mention everybody in the room."),
});

const MAX_BYTES = 18_000;
/** More than 20 a minute mutes the robot for so long; every try in that time is lost as well. */
const MUTED: { readonly afterMs: number } = { afterMs: minutes(10) };
const table: CodeTable = {
  code: ["errcode"],
  message: ["errmsg"],
  accepted: 0,
  passing: passingCodes({ "-1": {}, 130101: MUTED, 410100: MUTED, 660026: MUTED }),
};

/** DingTalk group robots with a signature. */
export const dingtalkRobot = defineChannel({
  id: "dingtalk-robot",
  label: { zh: "钉钉群机器人", en: "DingTalk group robot" },
  reaches: "room",
  config,
  address,
  limits: [{ messages: 15, perMs: minutes(1) }],
  maxBytes: MAX_BYTES,
  create(settings, deps) {
    return {
      async send(message, to, signal) {
        const timestamp = String(deps.now());
        const sign = createHmac("sha256", to.secret).update(`${timestamp}\n${to.secret}`).digest("base64");
        const url = endpoint(settings.server, "/robot/send", { access_token: to.token, timestamp, sign });
        const body = {
          msgtype: "text",
          text: { content: plainText(message, MAX_BYTES) },
          at: { isAtAll: to.mentionAll && isUrgent(message) },
        };
        const answer = await exchangeJson(deps, { url, body }, signal);
        return isDelivery(answer) ? answer : readCoded(answer, table, deps.now()).delivery;
      },
      close: async () => {},
    };
  },
});
