import { z } from "zod";
import { idSchema } from "../id.ts";
import { alertIdSchema } from "./alert.ts";
import { MESSAGE_OCCASIONS } from "./message.ts";

/** Why somebody was told, or was not; the texts for people are made from the code and `about`. */
export const LEDGER_REASONS = [
  // told
  "first",
  "escalated",
  "reminded",
  "severity-rose",
  "over",
  "progress",
  "handover",
  "digest",
  "lapsed",
  "overdue-after-outage",
  "on-site",
  "desk",
  // not told
  "child-of",
  "common-cause",
  "silenced",
  "maintenance",
  "known",
  "informational",
  "group-wait",
  "damped",
  "not-on-duty",
  "quiet-hours",
  "no-contact",
  "no-channel",
  "rate-limit",
  "channel-failed",
  "acknowledged",
  "cleared-before",
  "never-told",
  "snoozed",
  "drill",
] as const;
export type LedgerReason = (typeof LEDGER_REASONS)[number];

/** One line of why, and why not: one alert or incident, one person or room, one channel. Never changed afterwards. */
export const ledgerEntrySchema = z
  .strictObject({
    seq: z.number().int(),
    at: z.number().int(),
    alertId: alertIdSchema,
    incidentId: alertIdSchema.nullable(),
    occasion: z.enum(MESSAGE_OCCASIONS),
    /** A person; null = a room or a program. */
    personId: idSchema.nullable(),
    channelId: idSchema.nullable(),
    /** `queued`: handed to the outbox; `told`: the channel accepted it, or may have; `failed`; `withheld`; `withdrawn`. */
    verdict: z.enum(["queued", "told", "failed", "withheld", "withdrawn"]),
    reason: z.enum(LEDGER_REASONS),
    /** What the reason is about: id of the incident, silence, window; name of the step; words of the provider. */
    about: z.string().max(500),
    /** Key of the message. */
    messageKey: z.string().nullable(),
  })
  .meta({ id: "LedgerEntry" });
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;
export type NewLedgerEntry = Omit<LedgerEntry, "seq">;
