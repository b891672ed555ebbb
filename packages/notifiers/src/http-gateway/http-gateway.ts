import { type Message, minutes } from "@linli/model";
import { z } from "zod";
import type { CallReport, Delivery } from "../channel.ts";
import { defineChannel } from "../define-channel.ts";
import { type Answer, deliveryForStatus, exchange, isDelivery, objectIn } from "../exchange.ts";
import { foreignText } from "../foreign-text.ts";
import { phoneSchema } from "../phone.ts";
import { stableId } from "../stable-id.ts";
import { escapeFor, fillTemplate } from "./fill-template.ts";
import { type GatewayConfig, gatewayConfigSchema } from "./gateway-config.ts";

const address = z.strictObject({
  phone: phoneSchema.or(z.string().regex(/^\d{3,15}$/)).describe("E.164, or as the gateway dials it"),
});

/** SMS or voice gateways of one's own: any that takes an HTTP request. */
export const httpGateway = defineChannel({
  id: "http-gateway",
  label: { zh: "短信/语音网关（HTTP）", en: "SMS or voice gateway (HTTP)" },
  reaches: "person",
  config: gatewayConfigSchema,
  address,
  limits: [{ messages: 15, perMs: minutes(1) }],
  callback: {
    read: readReports,
    token: ({ reportToken }) => reportToken,
    key: ({ callback }) => callback?.key ?? "1",
    answer: { ok: true },
  },
  create(settings, deps) {
    return {
      async send(message, to, signal) {
        const values = valuesOf(message, to.phone);
        const headers = Object.entries(settings.headers).map(([name, text]) => [
          name,
          fillTemplate(text, values, "header"),
        ]);
        const asked = {
          url: fillTemplate(settings.url, values, "url"),
          method: settings.method,
          headers: {
            "idempotency-key": stableId(message.key),
            ...(Object.fromEntries(headers) as Record<string, string>),
          },
        };
        const body = settings.method === "GET" ? undefined : settings.body;
        const answer = await exchange(
          deps,
          body === undefined
            ? asked
            : {
                ...asked,
                headers: { "content-type": settings.contentType, ...asked.headers },
                body: fillTemplate(body, values, escapeFor(settings.contentType)),
              },
          signal,
        );
        return isDelivery(answer) ? answer : read(answer, settings, deps.now());
      },
      close: async () => {},
    };
  },
});

function valuesOf(message: Message, phone: string): ReadonlyMap<string, string> {
  const { key, title, text, link = "", severity, occasion, language, at, variables } = message;
  return new Map(
    Object.entries({
      ...{
        phone,
        key,
        id: stableId(key),
        title,
        text,
        link,
        severity,
        occasion,
        language,
        at: new Date(at).toISOString(),
      },
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`variables.${name}`, value])),
    }),
  );
}

function read(answer: Answer, settings: GatewayConfig, now: number): Delivery {
  const delivery = deliveryForStatus(answer, now);
  if (delivery.outcome !== "accepted") return delivery;
  const body = objectIn(answer);
  const { accepted } = settings;
  if (accepted !== undefined) {
    const said = accepted.path === undefined ? undefined : foreignText(at(body, accepted.path));
    const fits = accepted.path === undefined ? answer.text.includes(accepted.equals) : said === accepted.equals;
    if (!fits) return { outcome: "refused", reason: `the gateway answered ${answer.text.slice(0, 200)}` };
  }
  const reference = settings.reference === undefined ? undefined : foreignText(at(body, settings.reference));
  return reference === undefined ? delivery : { ...delivery, reference };
}

function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((held, name) => {
    return typeof held === "object" && held !== null && Object.hasOwn(held, name)
      ? (held as Record<string, unknown>)[name]
      : undefined;
  }, value);
}

function readReports(body: unknown, { callback }: GatewayConfig): CallReport[] {
  if (callback === undefined) return [];
  const reference = foreignText(at(body, callback.reference));
  if (reference === undefined) return [];
  const pressed = callback.pressed === undefined ? undefined : foreignText(at(body, callback.pressed));
  const answered = callback.answered === undefined ? undefined : foreignText(at(body, callback.answered));
  return [
    {
      reference,
      ...(answered === undefined ? {} : { answered: answered === "true" || answered === "1" }),
      ...(pressed === undefined ? {} : { pressed }),
    },
  ];
}
