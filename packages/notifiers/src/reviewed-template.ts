import { MESSAGE_OCCASIONS, type Message } from "@linli/model";
import { z } from "zod";
import { shortenCharacters } from "./shorten.ts";

const MAX_CHARACTERS = 35;

const matching = {
  code: z.string().min(1).max(100).describe("The reviewed template's number."),
  occasions: z.array(z.enum(MESSAGE_OCCASIONS)).min(1).optional().describe("Absent = all."),
  language: z.enum(["zh-CN", "en"]).optional().describe("Absent = all."),
};
const source = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/, "a variable of the message, title or severity");

interface Matching {
  readonly occasions?: readonly string[] | undefined;
  readonly language?: string | undefined;
}

/** The first that fits a message is used: one must fit all, or a message could not be sent at night. */
function hasCatchAll(templates: readonly Matching[]): boolean {
  return templates.some((template) => template.occasions === undefined && template.language === undefined);
}
const NO_CATCH_ALL = "one template without occasions and language is needed, for all that no other fits";

/** Templates whose variables have names: name in the template → variable of the message. */
export const namedTemplatesSchema = z
  .array(z.strictObject({ ...matching, variables: z.record(z.string().min(1).max(40), source) }))
  .min(1)
  .refine(hasCatchAll, NO_CATCH_ALL);

/** Templates whose variables are numbered {1}, {2} …: variables of the message in that order. */
export const numberedTemplatesSchema = z
  .array(z.strictObject({ ...matching, variables: z.array(source) }))
  .min(1)
  .refine(hasCatchAll, NO_CATCH_ALL);

/** The template for a message; there is always one. */
export function templateFor<Template extends Matching>(templates: readonly Template[], message: Message): Template {
  const fits = ({ occasions, language }: Template) =>
    (occasions === undefined || occasions.includes(message.occasion)) &&
    (language === undefined || language === message.language);
  const template = templates.find(fits);
  if (template === undefined) throw new TypeError("templates without a catch-all");
  return template;
}

/** Addresses of pages, telephone numbers and 【】 make reviewers and gateways refuse the whole message. */
const FORBIDDEN = [
  [/https?:\/\/\S+/g, ""],
  [/(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)/g, ""],
  [/[【[]/g, "("],
  [/[】\]]/g, ")"],
  [/\s+/g, " "],
] as const;

/** One value as a reviewed template takes it: at most 35 characters, never empty. */
export function templateValue(message: Message, name: string): string {
  const given: Readonly<Record<string, string>> = {
    title: message.title,
    severity: message.severity,
    ...message.variables,
  };
  const clean = FORBIDDEN.reduce(
    (text, [pattern, instead]) => text.replace(pattern, instead),
    given[name] ?? "",
  ).trim();
  return clean === "" ? "-" : shortenCharacters(clean, MAX_CHARACTERS);
}
