import { compareSeverity, type Message, minutes } from "@linli/model";
import { z } from "zod";
import type { Delivery } from "../channel.ts";
import { defineChannel, secret } from "../define-channel.ts";
import { endpoint, serverSchema } from "../endpoint.ts";
import { type Answer, deliveryForStatus, exchangeJson, isDelivery, retry } from "../exchange.ts";

const config = z.strictObject({
  server: secret(serverSchema).describe("Address of the Apprise API server."),
  token: secret(z.string().regex(/^[\x21-\x7e]{1,500}$/))
    .optional()
    .describe("Sent as Bearer, for a proxy in front of it."),
});
const address = z.union([
  z.strictObject({
    urls: secret(z.array(z.string().min(3).max(2_000)).min(1).max(20)).describe("Apprise URLs, such as tgram://…"),
  }),
  z.strictObject({
    key: secret(z.string().regex(/^[A-Za-z0-9_-]{1,128}$/)).describe("A configuration stored on the server."),
    tag: z.string().min(1).max(200).optional().describe("Which of its targets; absent = all."),
  }),
]);
type Address = z.output<typeof address>;

/** Everything that an Apprise API server reaches. */
export const apprise = defineChannel({
  id: "apprise",
  label: { zh: "Apprise 服务器", en: "Apprise server" },
  reaches: "room",
  config,
  address,
  limits: [{ messages: 15, perMs: minutes(1) }],
  create(settings, deps) {
    return {
      async send(message, to, signal) {
        const url = endpoint(settings.server, "key" in to ? `/notify/${to.key}` : "/notify/");
        const headers: Record<string, string> = { accept: "application/json" };
        if (settings.token !== undefined) headers["authorization"] = `Bearer ${settings.token}`;
        const answer = await exchangeJson(deps, { url, headers, body: bodyOf(message, to), timeoutMs: 30_000 }, signal);
        return isDelivery(answer) ? answer : read(answer, deps.now());
      },
      close: async () => {},
    };
  },
});

function bodyOf(message: Message, to: Address) {
  const body = [message.text, message.link ?? ""].filter((part) => part !== "").join("\n");
  return {
    ...("urls" in to ? { urls: to.urls.join(",") } : to.tag === undefined ? {} : { tag: to.tag }),
    title: message.title,
    // An empty body is refused.
    body: body === "" ? message.title : body,
    type: typeOf(message),
    format: "text",
  };
}

function typeOf({ occasion, severity }: Message): "info" | "success" | "warning" | "failure" {
  if (occasion === "cleared") return "success";
  if (compareSeverity(severity, "high") >= 0) return "failure";
  return compareSeverity(severity, "informational") > 0 ? "warning" : "info";
}

function read(answer: Answer, now: number): Delivery {
  if (answer.status === 204)
    return { outcome: "refused", reason: "HTTP 204: nothing is stored under this key and tag" };
  if (answer.status === 424) return retry("HTTP 424: at least one of its targets failed");
  return deliveryForStatus(answer, now);
}
