import { z } from "zod";
import { keySchema, reportTokenSchema } from "../call-reports.ts";
import { secret } from "../define-channel.ts";
import { escapeFor, fillTemplate, placeholdersIn } from "./fill-template.ts";

const NAMES = new Set(["phone", "key", "id", "title", "text", "link", "severity", "occasion", "language", "at"]);
const isKnown = (name: string) => NAMES.has(name) || /^variables\.[A-Za-z][A-Za-z0-9]*$/.test(name);
const path = z.string().regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, "names with dots between them, such as data.id");

const template = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .superRefine((text, context) => {
      for (const name of placeholdersIn(text).filter((found) => !isKnown(found))) {
        const message = `{{${name}}} is none of ${[...NAMES].join(", ")}, variables.<name>`;
        context.addIssue({ code: "custom", message });
      }
    });

/** A request to a gateway of one's own, with `{{placeholders}}` in URL, headers and body. */
export const gatewayConfigSchema = z
  .strictObject({
    url: secret(
      template(2_000)
        .refine(
          (text) => placeholdersIn(text.split(/[?#]|(?<!\/)\/(?!\/)/)[0] ?? "").length === 0,
          "no placeholder in the host",
        )
        .refine((text) => /^https?:\/\//.test(text) && URL.canParse(text), "not an http or https address"),
    ),
    method: z.enum(["POST", "PUT", "GET"]).default("POST"),
    headers: secret(
      z.record(z.string().regex(/^[A-Za-z0-9-]{1,60}$/), template(2_000).regex(/^[\x20-\x7e]*$/)).default({}),
    ),
    contentType: z.string().min(3).max(100).default("application/json; charset=utf-8"),
    body: template(8_000).optional(),
    accepted: z
      .strictObject({ path: path.optional(), equals: z.string().max(200) })
      .optional()
      .describe("What an accepted answer says: at a path of its JSON, or somewhere in its text. Absent = 2xx."),
    reference: path.optional().describe("Where the answer's JSON has its own name for the call or message."),
    callback: z
      .strictObject({ reference: path, pressed: path.optional(), answered: path.optional(), key: keySchema })
      .optional()
      .describe("Where the gateway's later report has them."),
    reportToken: reportTokenSchema,
    perMinute: z.number().int().positive().max(10_000).default(15),
  })
  .superRefine((config, context) => {
    if (config.body === undefined || escapeFor(config.contentType) !== "json") return;
    try {
      JSON.parse(fillTemplate(config.body, new Map(), "json"));
    } catch (error) {
      const message = `not JSON once it is filled: ${(error as Error).message}`;
      context.addIssue({ code: "custom", path: ["body"], message });
    }
  });

export type GatewayConfig = z.output<typeof gatewayConfigSchema>;
