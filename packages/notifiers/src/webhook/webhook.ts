import { minutes } from "@linli/model";
import { Webhook } from "standardwebhooks";
import { z } from "zod";
import { defineChannel, secret } from "../define-channel.ts";
import { serverSchema } from "../endpoint.ts";
import { deliveryForStatus, exchange, isDelivery } from "../exchange.ts";
import { stableId } from "../stable-id.ts";

const signingSecret = secret(
  z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, "whsec_ and 24 to 64 bytes in base64"),
);
const config = z.strictObject({});
const address = z.strictObject({
  url: secret(serverSchema).describe("Often holds a key, so it is kept as one."),
  secret: signingSecret,
  formerSecret: signingSecret.optional().describe("Signs as well, while the receiver changes over."),
});

/** Programs: JSON with Standard Webhooks signatures. */
export const webhook = defineChannel({
  id: "webhook",
  label: { zh: "Webhook", en: "Webhook" },
  reaches: "program",
  config,
  address,
  limits: [{ messages: 600, perMs: minutes(1) }],
  create(_settings, deps) {
    return {
      async send(message, to, signal) {
        // The signature joins id, time and body by full stops: none may stand in the id.
        const id = `msg_${stableId(message.key)}`;
        const now = new Date(deps.now());
        const body = JSON.stringify({
          type: `alert.${message.occasion}`,
          timestamp: new Date(message.at).toISOString(),
          data: message,
        });
        const secrets = [to.secret, ...(to.formerSecret === undefined ? [] : [to.formerSecret])];
        const answer = await exchange(
          deps,
          {
            url: to.url,
            headers: {
              "content-type": "application/json",
              "webhook-id": id,
              "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
              "webhook-signature": secrets.map((held) => new Webhook(held).sign(id, now, body)).join(" "),
            },
            body,
          },
          signal,
        );
        return isDelivery(answer) ? answer : deliveryForStatus(answer, deps.now());
      },
      close: async () => {},
    };
  },
});
