import { z } from "zod";
import { bilingualSchema } from "./text.ts";
import { UNIT_CODES } from "./units.ts";

/**
 * `number`/`integer`: finite; `boolean`; `enum`: one of `values`; `string`: text, at most 256 characters;
 * `time`: a moment, stored as epoch milliseconds, accepted as that or ISO 8601 with an offset;
 * `list`: a list of short texts or integers, stored as one sorted text joined by ",".
 */
export const POINT_TYPES = ["number", "integer", "boolean", "enum", "string", "time", "list"] as const;
export type PointType = (typeof POINT_TYPES)[number];

/** A value as it is stored and shown. Enums, lists and strings are text, times are epoch ms. */
export type PointValue = number | boolean | string;

const rangeSchema = z.tuple([z.number(), z.number()]);

/** What a kind (or one device, for an extra point) says of one of its points. */
export const pointSchema = z
  .strictObject({
    type: z.enum(POINT_TYPES),
    /** Canonical unit, a SenML/UCUM code; every stored value is in it. */
    unit: z.enum(UNIT_CODES).optional(),
    /** What the sensor can physically say. Outside: the value is kept with quality `faulty`. */
    range: rangeSchema.optional(),
    /** What is usual; for charts and texts, never a condition. */
    normal: rangeSchema.optional(),
    /** The members of an enum, in the source's order; what may stand in a list, where that is known. */
    values: z.array(z.string()).optional(),
    /** A counter only grows, save for a reset. */
    counter: z.boolean().optional(),
    /** Expected time between readings in ms; absent = on change. */
    cadence: z.number().int().positive().optional(),
    label: bilingualSchema,
    /** Labels of the enum's members where the bare word would not do. */
    valueLabels: z.record(z.string(), bilingualSchema).optional(),
    /** Where the name comes from, such as `BACnet Lift` or `uCIFI 3416/3`. */
    source: z.string().optional(),
  })
  .meta({ id: "Point" });
export type Point = z.infer<typeof pointSchema>;

/** A point that a single device declares beyond its kind. */
export const extraPointSchema = pointSchema
  .pick({ type: true, unit: true, range: true, values: true, counter: true })
  .extend({ label: bilingualSchema.optional() })
  .refine(({ type, values }) => type !== "enum" || (values !== undefined && values.length > 0), {
    path: ["values"],
    message: "an enum needs its values",
  })
  .meta({ id: "ExtraPoint" });
export type ExtraPoint = z.infer<typeof extraPointSchema>;

/**
 * A point name as sent: dotted segments of letters, digits, `_` and `-` (`selection.A1.stock`), at most 96 characters.
 * Kinds declare indexed points with `{slot}`-like segments; see `findPoint` in kind.ts.
 */
export const POINT_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}(\.[A-Za-z0-9_-]{1,64}){0,3}$/;
