import { minutes } from "@linli/model";
import { z } from "zod";
import { defineChannel, secret } from "../define-channel.ts";
import { endpoint, serverSchema } from "../endpoint.ts";
import { deliveryForStatus, exchangeJson, isDelivery } from "../exchange.ts";
import { apiPayload, receiverPayload } from "./alertmanager-payload.ts";

const config = z.strictObject({});
const address = z.strictObject({
  form: z
    .enum(["receiver", "alertmanager"])
    .describe("receiver: a program that takes Alertmanager's webhooks. alertmanager: an Alertmanager itself."),
  url: secret(serverSchema).describe("A receiver's full address; an Alertmanager's up to /api."),
  token: secret(z.string().regex(/^[\x21-\x7e]{1,500}$/))
    .optional()
    .describe("Sent as Bearer."),
  receiver: z.string().min(1).max(100).default("linli"),
});

/** Programs that understand Prometheus Alertmanager, and Alertmanager itself. */
export const alertmanager = defineChannel({
  id: "alertmanager",
  label: { zh: "Alertmanager 兼容", en: "Alertmanager compatible" },
  reaches: "program",
  config,
  address,
  limits: [{ messages: 600, perMs: minutes(1) }],
  create(_settings, deps) {
    return {
      async send(message, to, signal) {
        const asked = {
          url: to.form === "alertmanager" ? endpoint(to.url, "/api/v2/alerts") : to.url,
          headers: to.token === undefined ? {} : { authorization: `Bearer ${to.token}` },
          body: to.form === "alertmanager" ? apiPayload(message) : receiverPayload(message, to.receiver),
        };
        const answer = await exchangeJson(deps, asked, signal);
        return isDelivery(answer) ? answer : deliveryForStatus(answer, deps.now());
      },
      close: async () => {},
    };
  },
});
