import {
  ALERT_CHANGES,
  CONNECTIONS,
  durationSchema,
  INCIDENT_CAUSES,
  idSchema,
  LEDGER_REASONS,
  MESSAGE_OCCASIONS,
  severitySchema,
} from "@linli/model";
import { z } from "zod";
import { onSchema } from "./steps.ts";

/** From and to, as offsets from the start; absent = the whole scenario. */
const between = {
  between: z
    .tuple([durationSchema, durationSchema])
    .refine(([from, to]) => from <= to, "the first must not be later")
    .optional(),
};

/** What is expected of alerts; of `on`, each device. */
const alert = z.strictObject({
  /** A rule, or all whose ids begin alike: `lift.*`. */
  alert: z.string(),
  on: onSchema.optional(),
  is: z.enum(ALERT_CHANGES).default("opened"),
  severity: severitySchema.optional(),
  /** Of a rule that runs in shadow. */
  shadow: z.boolean().default(false),
  /** Exactly so many in all. */
  count: z.number().int().min(1).optional(),
  ...between,
});

const noAlert = z.strictObject({
  noAlert: z.string(),
  on: onSchema.optional(),
  is: z.enum(ALERT_CHANGES).default("opened"),
  severity: severitySchema.optional(),
  except: z.array(z.string()).default([]),
  ...between,
});

const about = {
  /** A rule, as above. */
  of: z.string().optional(),
  on: onSchema.optional(),
  /** Id of a channel. */
  by: idSchema.optional(),
  occasion: z.enum(MESSAGE_OCCASIONS).optional(),
  reason: z.enum(LEDGER_REASONS).optional(),
  ...between,
};

/** A person, or `room`. */
const told = z.strictObject({ told: z.string(), ...about, count: z.number().int().min(1).optional() });

/** A person, `room`, or `anybody`. With a reason: the ledger must say it. */
const notTold = z.strictObject({ notTold: z.string(), ...about });

const incident = z.strictObject({
  incident: z.enum(INCIDENT_CAUSES),
  place: idSchema.optional(),
  members: onSchema.optional(),
  atLeast: z.number().int().min(1).optional(),
  severity: severitySchema.optional(),
  closed: z.boolean().optional(),
  ...between,
});

const messages = z.strictObject({
  messages: z
    .strictObject({ atLeast: z.number().int().min(0).optional(), atMost: z.number().int().min(0).optional() })
    .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, "atLeast, atMost or both"),
  to: z.string().optional(),
  ...about,
});

const connection = z.strictObject({ connection: z.enum(CONNECTIONS), on: onSchema, ...between });

/** What a message says: all of these words. */
const says = z.strictObject({ says: z.array(z.string()).min(1), to: z.string().optional(), ...about });

const EXPECTATIONS = { alert, noAlert, told, notTold, incident, messages, connection, says } as const;
type Expectations = typeof EXPECTATIONS;
export type ExpectationType = keyof Expectations;
export type ExpectationOf<T extends ExpectationType> = T extends ExpectationType
  ? z.infer<Expectations[T]> & { readonly type: T }
  : never;
export type Expectation = ExpectationOf<ExpectationType>;

const TYPES = Object.keys(EXPECTATIONS) as ExpectationType[];

/** An expectation is told by the one key that names it. */
export const expectationSchema = z.record(z.string(), z.unknown()).transform((input, context): Expectation => {
  const named = TYPES.filter((type) => type in input);
  const [type] = named;
  if (type === undefined || named.length > 1) {
    context.addIssue({ code: "custom", message: `exactly one of ${TYPES.join(", ")}` });
    return z.NEVER;
  }
  const parsed = EXPECTATIONS[type].safeParse(input);
  if (parsed.success) return { ...parsed.data, type } as Expectation;
  for (const issue of parsed.error.issues)
    context.addIssue({ code: "custom", message: issue.message, path: issue.path });
  return z.NEVER;
});
