import { z } from "zod";
import { durationSchema } from "../duration.ts";
import { bilingualSchema } from "../text.ts";
import { conditionSchema, spanSchema } from "./condition.ts";
import { severitySchema } from "./severity.ts";

/** Who is meant to act, by trade; which people that is, is routing's affair. */
export const TEAM_ROLES = ["property", "lift-maintainer", "lighting", "community", "pharmacist", "vendor"] as const;
export const teamRoleSchema = z.enum(TEAM_ROLES).meta({ id: "TeamRole" });
export type TeamRole = z.infer<typeof teamRoleSchema>;

/**
 * How a rule is in force: `armed` = tells people; `informational` = raises, but asks nobody (list and digest);
 * `shadow` = evaluated and counted, seen by nobody but its author; `off`.
 */
export const ARMINGS = ["armed", "informational", "shadow", "off"] as const;
export const armingSchema = z.enum(ARMINGS).meta({ id: "Arming" });

/** Numbers by their names; a length of time may be written as one (`90s`) and is ms. */
export const numbersSchema = z.record(
  z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  z.union([z.number(), durationSchema], "a number, or a duration such as 90s"),
);

/** One severity of a rule. Of several whose condition holds the highest counts. */
export const ruleLevelSchema = z.strictObject({
  severity: severitySchema,
  when: conditionSchema,
  /** Must hold so long before it is raised, on samples at least two of them; ms. */
  for: spanSchema.optional(),
  /** Must be over so long before it is cleared. */
  clearFor: spanSchema.optional(),
  /** Cleared only when this holds and `when` does not. */
  clear: conditionSchema.optional(),
});
export type RuleLevel = z.infer<typeof ruleLevelSchema>;

export const RULE_ID = /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*){1,2}$/;

/** A rule, as it stands in a file and in the store. */
export const ruleSchema = z
  .strictObject({
    id: z.string().regex(RULE_ID, "such as lift.entrapment"),
    /** Kinds of device it is for; absent = all. */
    kinds: z.array(z.string()).min(1).optional(),
    name: bilingualSchema,
    start: armingSchema,
    /** Skips suppression, grouping, damping, quiet hours, rate guards and the cap on reminders. */
    lifeSafety: z.boolean().default(false),
    /** Only a person ends it, by a stated outcome, while the condition is false. */
    latched: z.boolean().default(false),
    /** The role whose outcome is needed to close a latched one; absent = anybody with the right. */
    closedBy: teamRoleSchema.optional(),
    role: teamRoleSchema,
    /** Where they differ from the severity's. */
    targets: z
      .strictObject({
        acknowledge: durationSchema.optional(),
        arrive: durationSchema.optional(),
        fix: durationSchema.optional(),
      })
      .optional(),
    /** Numbers named in conditions as `$name`; each device may override each. */
    params: numbersSchema.default({}),
    levels: z.array(ruleLevelSchema).min(1).max(5),
    /** Rules that stay silent on a device while this one is active there: one fact, one alert. */
    replaces: z.array(z.string()).default([]),
    /** While it is active the device serves nobody: the last of several in a building is critical, three neighbours high. */
    serviceLost: z.boolean().optional(),
    /** Points without which it says nothing, where the conditions do not tell. */
    needs: z.array(z.string()).default([]),
    /** One line for a lock screen; `{point}` and `{device}`, `{place}` are filled in. */
    text: bilingualSchema,
    /** What to do, step by step; Markdown, shown with the alert. */
    steps: bilingualSchema,
    /** Where its numbers come from. */
    source: z.string().optional(),
  })
  .refine(({ levels }) => new Set(levels.map(({ severity }) => severity)).size === levels.length, {
    path: ["levels"],
    message: "two levels of the same severity",
  })
  .meta({ id: "Rule" });
export type Rule = z.infer<typeof ruleSchema>;
