import { minutes, seconds } from "@linli/model";
import { createTransport } from "nodemailer";
import { z } from "zod";
import type { Delivery } from "../channel.ts";
import { defineChannel, secret } from "../define-channel.ts";
import { isUrgent } from "../rate-limit.ts";
import { stableId } from "../stable-id.ts";
import { htmlOf, textOf } from "./email-text.ts";
import { deliveryForSmtp } from "./smtp-failure.ts";

const config = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  security: z
    .enum(["tls", "starttls", "none"])
    .describe("tls: from the first byte (465). starttls: required (587). none: only within one's own network."),
  user: z.string().max(200).optional(),
  password: secret(z.string().max(500)).optional(),
  from: z.email().describe("Sender's address."),
  name: z.string().max(100).default("Linli 邻里").describe("Sender's name."),
  certificate: z.string().max(20_000).optional().describe("PEM that is trusted instead of the public authorities."),
});
const address = z.strictObject({ email: z.email().max(254) });
type Config = z.output<typeof config>;

/** E-mail by SMTP. */
export const email = defineChannel({
  id: "email",
  label: { zh: "电子邮件", en: "E-mail" },
  reaches: "person",
  config,
  address,
  limits: [{ messages: 30, perMs: minutes(1) }],
  create(settings) {
    const domain = settings.from.slice(settings.from.lastIndexOf("@") + 1);
    return {
      async send(message, to, signal) {
        const thread = `<${stableId(message.subject)}.thread@${domain}>`;
        const letter = {
          from: { name: settings.name, address: settings.from },
          to: to.email,
          subject: message.title.replace(/\s+/g, " "),
          text: textOf(message),
          html: htmlOf(message),
          // Made of the key: a mailbox that has it already shows it once.
          messageId: `<${stableId(message.key)}@${domain}>`,
          references: [thread],
          inReplyTo: thread,
          date: new Date(message.at),
          headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
          ...(isUrgent(message) ? { priority: "high" as const } : {}),
        };
        // A connection of its own for every letter: only so is it known how far this one came.
        let begun = false;
        const transport = transportOf(settings, (command) => {
          begun ||= command === "DATA";
        });
        const sent = transport.sendMail(letter).then(
          (info): Delivery => ({ outcome: "accepted", reference: info.response }),
          (error: unknown): Delivery => deliveryForSmtp(error as Error, begun),
        );
        return Promise.race([sent, stopped(signal)]);
      },
      close: async () => {},
    };
  },
});

const nothing = () => {};
const silent = { level: nothing, trace: nothing, info: nothing, warn: nothing, error: nothing, fatal: nothing };
type Watch = (command: unknown) => void;

function transportOf(settings: Config, watch: Watch) {
  return createTransport({
    // Commands are told to the logger alone; it keeps nothing.
    logger: {
      ...silent,
      debug: (about: { tnx?: string }, command: unknown) => about.tnx === "client" && watch(command),
    },
    transactionLog: true,
    host: settings.host,
    port: settings.port,
    secure: settings.security === "tls",
    requireTLS: settings.security === "starttls",
    ignoreTLS: settings.security === "none",
    ...(settings.user === undefined ? {} : { auth: { user: settings.user, pass: settings.password ?? "" } }),
    ...(settings.certificate === undefined ? {} : { tls: { ca: settings.certificate } }),
    connectionTimeout: seconds(10),
    greetingTimeout: seconds(10),
    socketTimeout: seconds(30),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** A letter under way cannot be called back; it is no longer waited for. */
function stopped(signal: AbortSignal): Promise<Delivery> {
  return new Promise((resolve) => {
    const stop = () => resolve({ outcome: "unknown", reason: "no longer waited for" });
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  });
}
