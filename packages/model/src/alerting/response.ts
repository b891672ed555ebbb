import { z } from "zod";
import { idSchema } from "../id.ts";
import { alertIdSchema } from "./alert.ts";

/** What the crew found: it counts for the precision of the rule. */
export const OUTCOMES = ["real", "nuisance", "known"] as const;
export const outcomeSchema = z.enum(OUTCOMES).meta({ id: "Outcome" });
export type Outcome = z.infer<typeof outcomeSchema>;

const sentence = z.string().trim().min(1).max(2_000);

/**
 * What somebody does about an alert. `acknowledge` stops reminders until the arrive target; `arrived` keeps it; `assign`
 * stops nothing; `close` ends a latched one, or another by hand, while its condition is over; `snooze` puts reminders
 * off; `known` puts everything off until a day (manager).
 */
export const alertDeedSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("acknowledge") }),
  z.strictObject({ type: z.literal("unacknowledge") }),
  z.strictObject({ type: z.literal("arrived") }),
  z.strictObject({ type: z.literal("assign"), personId: idSchema.nullable() }),
  z.strictObject({ type: z.literal("comment"), text: sentence }),
  z.strictObject({ type: z.literal("close"), outcome: outcomeSchema, text: sentence }),
  z.strictObject({ type: z.literal("snooze"), until: z.number().int() }),
  z.strictObject({ type: z.literal("known"), until: z.number().int(), text: sentence }),
]);
export type AlertDeed = z.infer<typeof alertDeedSchema>;

/** A deed, by whom and when. `seq` orders all of them. */
export const alertActionSchema = z
  .strictObject({
    seq: z.number().int(),
    alertId: alertIdSchema,
    at: z.number().int(),
    by: z.strictObject({ type: z.enum(["person", "token", "system"]), id: z.string() }),
    deed: alertDeedSchema,
  })
  .meta({ id: "AlertAction" });
export type AlertAction = z.infer<typeof alertActionSchema>;

/** Why people are not told of an alert for now: the row exists all the same. */
export const suppressionSchema = z.strictObject({
  by: z.enum(["incident", "silence", "maintenance", "damping", "known", "informational"]),
  /** Id of the incident, silence or window. */
  id: z.string(),
  since: z.number().int(),
});

/** How far the response to an alert is; kept by whoever tells people of it. Times: epoch ms. */
export const alertCareSchema = z
  .strictObject({
    alertId: alertIdSchema,
    acknowledgedAt: z.number().int().nullable(),
    acknowledgedBy: idSchema.nullable(),
    arrivedAt: z.number().int().nullable(),
    arrivedBy: idSchema.nullable(),
    assignee: idSchema.nullable(),
    snoozedUntil: z.number().int().nullable(),
    knownUntil: z.number().int().nullable(),
    outcome: outcomeSchema.nullable(),
    suppressed: suppressionSchema.nullable(),
    incidentId: z.string().nullable(),
    /** Steps of the escalation that have been taken. */
    step: z.number().int(),
    /** What comes next if nobody does anything; null = nothing. */
    next: z
      .strictObject({ at: z.number().int(), what: z.enum(["escalation", "reminder", "lapse", "group"]) })
      .nullable(),
  })
  .meta({ id: "AlertCare" });
export type AlertCare = z.infer<typeof alertCareSchema>;
