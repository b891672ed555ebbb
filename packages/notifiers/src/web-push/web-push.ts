import { compareSeverity, days, hours, type Message, minutes } from "@linli/model";
import webPushLibrary from "web-push";
import { z } from "zod";
import type { Delivery } from "../channel.ts";
import { defineChannel, secret } from "../define-channel.ts";
import { serverSchema } from "../endpoint.ts";
import { type Answer, deliveryForStatus, exchange, isDelivery } from "../exchange.ts";
import { shorten } from "../shorten.ts";
import { stableId } from "../stable-id.ts";

const base64url = (bytes: number) => z.base64url().length(Math.ceil((bytes * 4) / 3));
const config = z.strictObject({
  contact: z
    .url({ protocol: /^(mailto|https)$/ })
    .describe("mailto: or https: of who runs this, for the push service."),
  publicKey: base64url(65),
  privateKey: secret(base64url(32)),
});
/** As `PushSubscription.toJSON()` gives it. */
const address = z.strictObject({
  endpoint: secret(serverSchema),
  expirationTime: z.number().nullish(),
  keys: z.strictObject({ p256dh: base64url(65), auth: secret(base64url(16)) }),
});

/** Encrypted, a push service must take 4,096 bytes; padding and header take their part. */
const MAX_BYTES = 3_000;

/** Web Push to browsers, with VAPID. */
export const webPush = defineChannel({
  id: "web-push",
  label: { zh: "浏览器推送", en: "Web Push" },
  reaches: "person",
  config,
  address,
  limits: [{ messages: 30, perMs: minutes(1) }],
  maxBytes: MAX_BYTES,
  create(settings, deps) {
    return {
      async send(message, to, signal) {
        const request = webPushLibrary.generateRequestDetails(
          { endpoint: to.endpoint, keys: to.keys },
          payloadOf(message),
          {
            vapidDetails: { subject: settings.contact, publicKey: settings.publicKey, privateKey: settings.privateKey },
            TTL: (message.occasion === "test" ? hours(1) : days(1)) / 1_000,
            urgency: compareSeverity(message.severity, "high") >= 0 ? "high" : "normal",
            // A repeat takes the place of its first try while neither was fetched.
            topic: stableId(message.key),
          },
        );
        const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
        const answer = await exchange(
          deps,
          { url: request.endpoint, headers: Object.fromEntries(headers), body: new Uint8Array(request.body) },
          signal,
        );
        return isDelivery(answer) ? answer : read(answer, deps.now());
      },
      close: async () => {},
    };
  },
});

function payloadOf(message: Message): string {
  const { key, subject, title, severity, occasion, link } = message;
  const text = shorten(message.text, 1_000);
  return JSON.stringify({ key, subject, occasion, severity, title, text, ...(link === undefined ? {} : { link }) });
}

function read(answer: Answer, now: number): Delivery {
  if (answer.status === 404 || answer.status === 410) {
    return { outcome: "refused", reason: `HTTP ${answer.status}: the browser has given up this subscription` };
  }
  const delivery = deliveryForStatus(answer, now);
  const reference = answer.headers.get("location");
  return delivery.outcome === "accepted" && reference !== null ? { ...delivery, reference } : delivery;
}
