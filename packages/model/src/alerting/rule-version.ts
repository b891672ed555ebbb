import { z } from "zod";
import { idSchema } from "../id.ts";
import { numbersSchema, ruleSchema } from "./rule.ts";

/** One version of a rule: who wrote it, when and why. */
export const ruleVersionSchema = z
  .strictObject({
    rule: ruleSchema,
    version: z.number().int().min(1),
    /** `shipped` with Linli, or a `person`'s. A person's stays when the shipped one changes. */
    origin: z.enum(["shipped", "person"]),
    /**
     * `current`: in force. `candidate`: a new version of a life-safety rule, run in shadow beside the current one until
     * it is promoted. `past`: was.
     */
    standing: z.enum(["current", "candidate", "past"]),
    changedAt: z.number().int(),
    changedBy: z.string(),
    reason: z.string().max(500),
  })
  .meta({ id: "RuleVersion" });
export type RuleVersion = z.infer<typeof ruleVersionSchema>;

/** Numbers of a rule that are another on one device. */
export const ruleOverrideSchema = z
  .strictObject({
    ruleId: z.string(),
    deviceId: idSchema,
    params: numbersSchema,
    changedAt: z.number().int(),
    changedBy: z.string(),
    reason: z.string().max(500),
  })
  .meta({ id: "RuleOverride" });
export type RuleOverride = z.infer<typeof ruleOverrideSchema>;
