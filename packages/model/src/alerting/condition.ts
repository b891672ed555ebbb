import { z } from "zod";
import { connectionSchema } from "../device-state.ts";
import { type Duration, durationSchema } from "../duration.ts";
import { POINT_NAME } from "../point.ts";

const PARAMETER = /^\$[a-z][A-Za-z0-9]*$/;

/** A number, or `$name`: one of the rule's parameters, which each device may override. */
const quantity = z.union([z.number(), z.string().regex(PARAMETER, "a number, or $ and the name of a parameter")]);
export type Quantity = z.infer<typeof quantity>;

/** A length of time in ms, or `$name`: a parameter that is one. */
export type Span = Duration | string;
export const spanSchema = z.string().transform((text, context): Span => {
  if (PARAMETER.test(text)) return text;
  const parsed = durationSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  context.addIssue({ code: "custom", message: "not a duration, such as 90s, nor $ and the name of a parameter" });
  return z.NEVER;
});

const pointName = z
  .string()
  .regex(/^[A-Za-z0-9_.{}*-]+$/)
  .refine((name) => POINT_NAME.test(name.replaceAll(/\{[^}]+\}/g, "x")), "a point name, `{slot}` = any one segment");
const scalar = z.union([z.number(), z.boolean(), z.string()]);

/** Exactly one of these is compared with. `includes` asks a list for a member. */
const comparison = {
  above: quantity.optional(),
  below: quantity.optional(),
  atLeast: quantity.optional(),
  atMost: quantity.optional(),
  outside: z.tuple([quantity, quantity]).optional(),
  equals: scalar.optional(),
  oneOf: z.array(scalar).min(1).optional(),
  includes: z.array(z.string()).min(1).optional(),
};
const COMPARISONS = Object.keys(comparison);
const onlyNumbers = {
  above: comparison.above,
  below: comparison.below,
  atLeast: comparison.atLeast,
  atMost: comparison.atMost,
};

function comparesOnce(value: object): boolean {
  return Object.keys(value).filter((key) => COMPARISONS.includes(key)).length === 1;
}
const ONE = `exactly one of ${COMPARISONS.join(", ")}`;

/**
 * A point against a number or members. Once true it stays true until it has come back by `deadband`. `lastKnown`: by what
 * it said last, though it has fallen silent since; for rules that are about what a silence may hide.
 */
const threshold = z
  .strictObject({
    point: pointName,
    ...comparison,
    deadband: quantity.optional(),
    lastKnown: z.literal(true).optional(),
  })
  .refine(comparesOnce, ONE);

/** CEL over the device's points (`carLoad`, dotted ones as `p["a.b"]`) and the rule's parameters (`$` left out). */
const expression = z.strictObject({ expression: z.string().min(1).max(2_000) });

/** The device reported it; `where` is CEL over `data`. True for the moment, so such a rule latches or has `clearFor`. */
const event = z.strictObject({ event: z.string().min(1), where: z.string().min(1).max(2_000).optional() });

/** The newest value of a point grew or fell faster than that, over observed time. */
const rate = z
  .strictObject({
    rate: z.strictObject({ point: pointName, per: spanSchema, over: spanSchema, ...onlyNumbers }),
  })
  .refine(({ rate: inner }) => comparesOnce(inner), ONE);

/** A mean (by time), minimum or maximum over a moving window; unknown while less than half of it was observed. */
const window = z
  .strictObject({
    window: z.strictObject({
      point: pointName,
      fn: z.enum(["mean", "min", "max"]),
      over: spanSchema,
      ...onlyNumbers,
    }),
  })
  .refine(({ window: inner }) => comparesOnce(inner), ONE);

/** Mean kinetic temperature (Cel) over a window, weighted by time. */
const kineticTemperature = z
  .strictObject({ meanKineticTemperature: z.strictObject({ point: pointName, over: spanSchema, ...onlyNumbers }) })
  .refine(({ meanKineticTemperature: inner }) => comparesOnce(inner), ONE);

/** Nothing heard for so long: of the device, or of one point of it; a faulty value breaks no silence. */
const absence = z.strictObject({ absent: z.strictObject({ point: pointName.optional(), longerThan: spanSchema }) });

/** The same value, bit for bit, in every reading for so long. */
const stuck = z.strictObject({ stuck: z.strictObject({ point: pointName, longerThan: spanSchema }) });

/** The newest value of a point lies outside of its range: nothing that it can have measured. Any other rule knows nothing then. */
const faulty = z.strictObject({ faulty: pointName });

const connection = z.strictObject({ connection: z.array(connectionSchema).min(1) });

/** Local time at the site. `open`: OSM-like opening hours (`Mo-Fr 08:00-20:00`); `sun`: its elevation in degrees. */
const calendar = z.union([
  z.strictObject({ open: z.string().min(1) }),
  z.strictObject({ closed: z.string().min(1) }),
  z.strictObject({ sun: z.strictObject({ above: z.number().optional(), below: z.number().optional() }) }),
]);

/** A moment (a point of type `time`, or a tag with a date) lies longer ago than `after`, or comes within `ahead`. */
const due = z.strictObject({
  due: z.strictObject({
    point: pointName.optional(),
    tag: z.string().min(1).optional(),
    after: spanSchema.optional(),
    ahead: spanSchema.optional(),
  }),
});

const leaf = z.union([
  threshold,
  expression,
  event,
  rate,
  window,
  kineticTemperature,
  absence,
  stuck,
  faulty,
  connection,
  calendar,
  due,
]);

type Leaf = z.infer<typeof leaf>;

/** What must hold. Every leaf is true, false or unknown (an input is stale, or was never there). */
export type Condition =
  | Leaf
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  /** Became true (or, for an event, happened) so often within the window. */
  | { readonly count: { readonly of: Condition; readonly atLeast: Quantity; readonly within: Span } }
  /** Was true for so long in all within the window, over observed time; one good sample does not start it anew. */
  | { readonly total: { readonly of: Condition; readonly atLeast: Span; readonly within: Span } };

export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    leaf,
    z.strictObject({ all: z.array(conditionSchema).min(1) }),
    z.strictObject({ any: z.array(conditionSchema).min(1) }),
    z.strictObject({ not: conditionSchema }),
    z.strictObject({ count: z.strictObject({ of: conditionSchema, atLeast: quantity, within: spanSchema }) }),
    z.strictObject({ total: z.strictObject({ of: conditionSchema, atLeast: spanSchema, within: spanSchema }) }),
  ]),
);
