import { z } from "zod";
import { days } from "../duration.ts";
import { idSchema } from "../id.ts";
import { recurringWindowSchema } from "./recurring-window.ts";
import { severitySchema } from "./severity.ts";

const LONGEST_SILENCE = days(7);
const sentence = z.string().trim().min(1).max(500);

/** What is meant: all that is given must match; nothing given is refused. */
const matchers = z
  .strictObject({
    rules: z.array(z.string()).min(1).optional(),
    devices: z.array(idSchema).min(1).max(1_000).optional(),
    kinds: z.array(z.string()).min(1).optional(),
    severities: z.array(severitySchema).min(1).optional(),
    /** This place and everything below it. */
    placeId: idSchema.optional(),
    tags: z.record(z.string(), z.string()).optional(),
  })
  .refine((given) => Object.keys(given).length > 0, "what is it for? give at least one of rules, devices, kinds, …");
export type Matchers = z.infer<typeof matchers>;

/** Withholds messages, never alerts. It has an end, at most 7 days ahead. */
export const silenceSchema = z
  .strictObject({
    id: idSchema,
    match: matchers,
    from: z.number().int(),
    until: z.number().int(),
    /** Ends with the alert, if that is sooner; then its end is told. */
    untilCleared: z.boolean().default(false),
    reason: sentence,
    by: idSchema,
    createdAt: z.number().int(),
    /** The second person, without whom it does not touch life safety (then: one device, at most 4 hours). */
    secondBy: idSchema.nullable().default(null),
    endedAt: z.number().int().nullable().default(null),
  })
  .refine(({ from, until }) => until > from, { path: ["until"], message: "must be after from" })
  .refine(({ from, until }) => until - from <= LONGEST_SILENCE, { path: ["until"], message: "at most 7 days" })
  .meta({ id: "Silence" });
export type Silence = z.infer<typeof silenceSchema>;

/** Announced work: what begins inside it is not told; what was open before still escalates. */
export const maintenanceSchema = z
  .strictObject({
    id: idSchema,
    name: sentence,
    match: matchers,
    window: recurringWindowSchema,
    /** Those on site: told of life safety in addition to the desk. */
    onSite: z.array(idSchema).max(50).default([]),
    by: idSchema,
    createdAt: z.number().int(),
    /** From then on it does not happen again; another window that overlaps goes on. */
    endedAt: z.number().int().nullable().default(null),
  })
  .meta({ id: "Maintenance" });
export type Maintenance = z.infer<typeof maintenanceSchema>;
