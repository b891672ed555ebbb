import { z } from "zod";
import { alertFactSchema } from "../alerting/alert.ts";
import { RULE_ID } from "../alerting/rule.ts";
import { SEVERITIES, severitySchema } from "../alerting/severity.ts";
import { idSchema } from "../id.ts";
import { momentSchema } from "./query.ts";
import { route } from "./route.ts";

const count = z.number().int().nonnegative();

/** One alert that would have been raised. */
const pastAlertSchema = z.strictObject({
  deviceId: idSchema,
  /** The highest that it came to. */
  severity: severitySchema,
  openedAt: z.number().int(),
  /** Null = it was still open at the end. */
  overAt: z.number().int().nullable(),
  reason: z.string(),
  facts: z.array(alertFactSchema),
});

/** What a rule would have done. Times: epoch ms; the night is 22:00 to 07:00 by the clock of the site. */
const backtestSchema = z
  .strictObject({
    from: z.number().int(),
    to: z.number().int(),
    devices: z.strictObject({
      /** Those that the rule is for, as far as they were asked for. */
      concerned: count,
      /** Those of them that said anything in that time and were gone through. */
      tested: count,
    }),
    readings: count,
    /** Not everything was gone through: too many devices, too many readings, or too long. */
    truncated: z.boolean(),
    /** Some of it was stored as means of 5 minutes or an hour only: short peaks are not seen. */
    coarse: z.boolean(),
    opened: count,
    atNight: count,
    perWeek: z.number(),
    bySeverity: z.record(z.enum(SEVERITIES), count),
    /** The newest 200. */
    alerts: z.array(pastAlertSchema),
    /** Who would have been told of these, by today's arrangements, if nobody had answered; most first. */
    told: z.array(
      z.strictObject({
        /** Null = a room or a program. */
        personId: idSchema.nullable(),
        name: z.string().nullable(),
        alerts: count,
        messages: count,
        atNight: count,
      }),
    ),
    /** How many alerts `told` is about. */
    toldOf: count,
  })
  .meta({ id: "Backtest" });
export type Backtest = z.infer<typeof backtestSchema>;

export const backtestRoutes = {
  backtestRule: route({
    method: "POST",
    path: "/api/v1/rules/backtest",
    tag: "rules",
    summary: "What a rule would have raised over the stored past, how often, at night, and who would have been told",
    description:
      "Exactly one of `ruleId` (the rule in force, or its candidate), `rule` and `yaml` (as by `check`). Goes through the " +
      "stored readings, events and connections of the devices in the caller's places, in order of time, as if each " +
      "reading had come at once; at most 92 days, the last 7 by default. One at a time (429 while another one runs). " +
      "Nothing is stored and nobody is told.",
    access: { at: "anywhere", role: "manager" },
    body: z.strictObject({
      ruleId: z.string().regex(RULE_ID).optional(),
      rule: z.record(z.string(), z.json()).optional(),
      yaml: z.string().max(200_000).optional(),
      from: momentSchema.optional(),
      to: momentSchema.optional(),
      /** This place and everything below it. */
      in: idSchema.optional(),
      devices: z.array(idSchema).min(1).max(500).optional(),
    }),
    answer: { status: 200, schema: backtestSchema },
  }),
};
