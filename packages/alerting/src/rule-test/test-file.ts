import {
  CONNECTIONS,
  durationSchema,
  numbersSchema,
  type Problem,
  problemsOf,
  RULE_ID,
  SEVERITIES,
} from "@linli/model";
import { z } from "zod";
import { parsePlaced } from "../rule-file.ts";

/** A value, or `2..9`: grows evenly from the first to the last of a series. */
const values = z.record(z.string(), z.union([z.number(), z.boolean(), z.string()]));

/** What happens: exactly one of these. */
const HAPPENINGS = ["reading", "event", "connection", "close", "replaced", "blind", "retired"] as const;
const happening = {
  reading: values.optional(),
  event: z.strictObject({ type: z.string(), data: z.record(z.string(), z.json()).default({}) }).optional(),
  connection: z.enum(CONNECTIONS).optional(),
  close: z.strictObject({ by: z.string(), outcome: z.string() }).optional(),
  /** The hardware was replaced. */
  replaced: z.literal(true).optional(),
  /** We ourselves saw nothing for so long until then. */
  blind: durationSchema.optional(),
  /** By whom the device was retired. */
  retired: z.string().optional(),
  /** When the device says that it was, counted from the start; absent = when it was received. */
  observed: durationSchema.optional(),
  /** The device flagged it as back-fill. */
  historical: z.boolean().optional(),
};
const happensOnce = (input: object) => HAPPENINGS.filter((key) => key in input).length === 1;
const ONE = `exactly one of ${HAPPENINGS.join(", ")}`;

const inputSchema = z.union([
  z.strictObject({ at: durationSchema, ...happening }).refine(happensOnce, ONE),
  z
    .strictObject({ from: durationSchema, to: durationSchema, every: durationSchema, ...happening })
    .refine(happensOnce, ONE)
    .refine(({ every }) => every > 0, "every: must be longer than nothing")
    .refine(({ from, to, every }) => every <= 0 || (to - from) / every <= 100_000, "more than 100,000 steps"),
]);

const expectationSchema = z.strictObject({
  at: durationSchema,
  alert: z.enum(["none", ...SEVERITIES]),
  stale: z.boolean().optional(),
  /** It waits for its `for`. */
  pending: z.boolean().optional(),
  /** How many episodes there have been until then. */
  episodes: z.number().int().nonnegative().optional(),
});

const caseSchema = z.strictObject({
  name: z.string().min(1),
  /** The device's own numbers in this case. */
  params: numbersSchema.optional(),
  input: z.array(inputSchema).min(1),
  expect: z.array(expectationSchema).min(1),
});

const ruleTestSchema = z.strictObject({
  rule: z.string().regex(RULE_ID),
  device: z.strictObject({ kind: z.string(), tags: z.record(z.string(), z.string()).default({}) }),
  site: z
    .strictObject({ timeZone: z.string(), latitude: z.number().optional(), longitude: z.number().optional() })
    .default({ timeZone: "Asia/Shanghai", latitude: 30.3, longitude: 120.1 }),
  start: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  cases: z.array(caseSchema).min(1),
});
export type RuleTest = z.infer<typeof ruleTestSchema>;
export type RuleTestCase = RuleTest["cases"][number];
export type RuleTestInput = RuleTestCase["input"][number];

/** A test, or everything that is wrong with its text; `field` says `file:line:column path`. */
export interface ParsedRuleTest {
  readonly test: RuleTest | undefined;
  readonly problems: readonly Problem[];
}

/** Parses the test of a rule from its YAML text. */
export function parseRuleTest(text: string, file: string): ParsedRuleTest {
  const placed = parsePlaced(text, file);
  if (placed.problems.length > 0) return { test: undefined, problems: placed.problems };
  const parsed = ruleTestSchema.safeParse(placed.value);
  if (parsed.success) return { test: parsed.data, problems: [] };
  const problems = problemsOf(parsed.error, placed.value).map((problem) => ({
    ...problem,
    field: placed.place(problem.field),
  }));
  return { test: undefined, problems };
}
