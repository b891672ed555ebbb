import { minutes } from "@linli/model";
import { z } from "zod";
import { type CodeTable, passingCodes, readCoded } from "../coded-answer.ts";
import { defineChannel, secret } from "../define-channel.ts";
import { endpoint, serverSchema } from "../endpoint.ts";
import { exchangeJson, isDelivery } from "../exchange.ts";
import { isUrgent } from "../rate-limit.ts";
import { plainText } from "../shorten.ts";

const config = z.strictObject({ server: serverSchema.default("https://qyapi.weixin.qq.com") });
const address = z.strictObject({
  key: secret(z.string().regex(/^[A-Za-z0-9-]{8,100}$/, "what follows key= in the robot's address")),
  mentionAll: z.boolean().default(false).describe("Urgent messages mention everybody in the room."),
});

const MAX_BYTES = 2_048;
const table: CodeTable = {
  code: ["errcode"],
  message: ["errmsg"],
  accepted: 0,
  passing: passingCodes({ "-1": {}, 45009: { afterMs: minutes(1) }, 45033: { afterMs: 1_000 } }),
};

/** WeCom group robots. */
export const wecomRobot = defineChannel({
  id: "wecom-robot",
  label: { zh: "企业微信群机器人", en: "WeCom group robot" },
  reaches: "room",
  config,
  address,
  limits: [{ messages: 15, perMs: minutes(1) }],
  maxBytes: MAX_BYTES,
  create(settings, deps) {
    return {
      async send(message, to, signal) {
        const text = {
          content: plainText(message, MAX_BYTES),
          ...(to.mentionAll && isUrgent(message) ? { mentioned_list: ["@all"] } : {}),
        };
        const url = endpoint(settings.server, "/cgi-bin/webhook/send", { key: to.key });
        const answer = await exchangeJson(deps, { url, body: { msgtype: "text", text } }, signal);
        return isDelivery(answer) ? answer : readCoded(answer, table, deps.now()).delivery;
      },
      close: async () => {},
    };
  },
});
