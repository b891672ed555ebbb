import { createHmac } from "node:crypto";
import { minutes, seconds } from "@linli/model";
import { z } from "zod";
import { type CodeTable, passingCodes, readCoded } from "../coded-answer.ts";
import { defineChannel, secret } from "../define-channel.ts";
import { endpoint, serverSchema } from "../endpoint.ts";
import { exchangeJson, isDelivery } from "../exchange.ts";
import { isUrgent } from "../rate-limit.ts";
import { plainText } from "../shorten.ts";

const config = z.strictObject({
  server: serverSchema.default("https://open.feishu.cn").describe("https://open.larksuite.com for Lark"),
});
const address = z.strictObject({
  token: secret(z.string().regex(/^[A-Za-z0-9-]{8,100}$/, "the last part of the robot's address")),
  secret: secret(z.string().min(8).max(200)).describe("签名校验密钥"),
  mentionAll: z.boolean().default(false).describe("Urgent messages mention everybody in the room."),
});

/** 20 KB for the whole request, of which JSON's escapes take a part. */
const MAX_BYTES = 16_000;
const BUSY = { afterMs: minutes(1) };
const table: CodeTable = {
  code: ["code", "StatusCode"],
  message: ["msg", "StatusMessage"],
  accepted: 0,
  passing: passingCodes({ 11232: BUSY, 11233: BUSY, 11247: BUSY, 99991400: BUSY }),
};

/** Feishu and Lark group robots with a signature. */
export const feishuRobot = defineChannel({
  id: "feishu-robot",
  label: { zh: "飞书群机器人", en: "Feishu group robot" },
  reaches: "room",
  config,
  address,
  limits: [
    { messages: 4, perMs: seconds(1) },
    { messages: 80, perMs: minutes(1) },
  ],
  maxBytes: MAX_BYTES,
  create(settings, deps) {
    return {
      async send(message, to, signal) {
        const timestamp = String(Math.floor(deps.now() / 1_000));
        // Theirs is a signature of nothing, with what is signed as the key.
        const sign = createHmac("sha256", `${timestamp}\n${to.secret}`).digest("base64");
        // A tag in a device's name must not mention anybody.
        const plain = plainText(message, MAX_BYTES).replaceAll("<at", "<\u200bat");
        const text = to.mentionAll && isUrgent(message) ? `<at user_id="all"></at> ${plain}` : plain;
        const url = endpoint(settings.server, `/open-apis/bot/v2/hook/${to.token}`);
        const body = { timestamp, sign, msg_type: "text", content: { text } };
        const answer = await exchangeJson(deps, { url, body }, signal);
        return isDelivery(answer) ? answer : readCoded(answer, table, deps.now()).delivery;
      },
      close: async () => {},
    };
  },
});
