import { z } from "zod";
import { alertSchema } from "./alert.ts";
import { severitySchema } from "./severity.ts";

/** Why somebody is written to. `digest` gathers what a rate limit or a quiet list held back; `drill` is an exercise. */
export const MESSAGE_OCCASIONS = [
  "opened",
  "severity",
  "escalation",
  "reminder",
  "progress",
  "cleared",
  "ended",
  "digest",
  "handover",
  "platform",
  "test",
  "drill",
] as const;

/** One message to one address, worded and ready. Whatever carries it may shorten `text`, never `title`. */
export const messageSchema = z.strictObject({
  /** The same when it is sent again: a receiver that remembers it tells nobody twice. */
  key: z.string().min(1).max(200),
  /** What it belongs to; messages of one subject keep their order. */
  subject: z.string().min(1).max(200),
  occasion: z.enum(MESSAGE_OCCASIONS),
  severity: severitySchema,
  lifeSafety: z.boolean(),
  language: z.enum(["zh-CN", "en"]),
  /** Reads on a lock screen: what, where. At most 60 characters. */
  title: z.string().min(1).max(120),
  /** Plain text, a few short lines: since when, what was seen, what to do. */
  text: z.string().max(4_000),
  /** The alert's or incident's page. */
  link: z.url().optional(),
  /** Short values for reviewed templates (SMS, voice), each at most 35 characters: device, place, what, since. */
  variables: z.record(z.string(), z.string().max(35)),
  /** For programs; all alerts that it is about. */
  alerts: z.array(alertSchema),
  at: z.number().int(),
});
export type Message = z.infer<typeof messageSchema>;
