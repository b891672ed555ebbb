import { z } from "zod";
import { idSchema } from "../id.ts";
import { drillSchema } from "./drill.ts";
import { severitySchema } from "./severity.ts";

/**
 * What the engine decided about one episode, in order. `opened` and `cleared` are its ends; `severity` a change of level;
 * `stale` its input fell silent, `fresh` it speaks again; `seen` the condition was met once more (`lastSeenAt`);
 * `ended` it was over without being cleared: the device was retired or the rule changed.
 */
export const ALERT_CHANGES = ["opened", "severity", "stale", "fresh", "seen", "cleared", "ended"] as const;
export type AlertChange = (typeof ALERT_CHANGES)[number];

/** Rule, device and the moment it began: `lift.entrapment_elevator-07_mb3x8k2p`. May stand in topics, paths and links. */
export const alertIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,159}$/);

/** Why it was raised: each fact, with what the rule asked of it. Enough to explain it later without the readings. */
export const alertFactSchema = z.strictObject({
  /** A point, an event type, `connection`, `silent`. */
  what: z.string(),
  value: z.union([z.number(), z.boolean(), z.string(), z.null()]),
  /** The condition in words of the rule, such as `above 8`. */
  asked: z.string(),
  observedAt: z.number().int().nullable(),
});
export type AlertFact = z.infer<typeof alertFactSchema>;

/** One episode of one rule on one device. Two independent facts, active and acknowledged, and some flags. Times: epoch ms. */
export const alertSchema = z
  .strictObject({
    /** The same after every replay. */
    id: alertIdSchema,
    ruleId: z.string(),
    /** The version that opened it, and holds it. */
    ruleVersion: z.number().int(),
    deviceId: idSchema,
    severity: severitySchema,
    lifeSafety: z.boolean(),
    /** Not cleared and not ended. */
    active: z.boolean(),
    latched: z.boolean(),
    /** Its input is silent: neither true nor false any more. */
    stale: z.boolean(),
    openedAt: z.number().int(),
    /** When the device says that it began; before `openedAt` when it was buffered. */
    beganAt: z.number().int(),
    lastSeenAt: z.number().int(),
    clearedAt: z.number().int().nullable(),
    /** `cleared`: by itself; `person`: closed with an outcome; `retired`, `rule`: ended, never called fixed. */
    endedBy: z.enum(["cleared", "person", "retired", "rule"]).nullable(),
    facts: z.array(alertFactSchema),
    /** An exercise: nothing is wrong. Absent otherwise. */
    drill: drillSchema.optional(),
  })
  .meta({ id: "Alert" });
export type Alert = z.infer<typeof alertSchema>;
