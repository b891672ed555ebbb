import { parsePlaced } from "@linli/alerting";
import {
  ARRANGEMENT_SCHEMAS,
  bilingualSchema,
  durationSchema,
  idSchema,
  newDeviceSchema,
  type Problem,
  personSchema,
  placeSchema,
  problemsOf,
  ruleSchema,
} from "@linli/model";
import { z } from "zod";
import { expectationSchema } from "./expectations.ts";
import { stepSchema } from "./steps.ts";

/** A device that the scenario itself speaks for. */
const handDevice = newDeviceSchema.partial({ name: true }).extend({
  placeId: idSchema.default("huayuan-01"),
  /** What it says first, and says again every so often until it says otherwise. */
  says: z.record(z.string(), z.json()).default({}),
  every: durationSchema.default(60_000),
  /** False: it says each thing once, and between times only that it is there. */
  repeats: z.boolean().default(true),
});
export type HandDevice = z.infer<typeof handDevice>;

const fleet = z.strictObject({
  /** Of the neighbourhood that comes with Linli: all of it, or what is at these places, of these kinds, by these ids. */
  bundled: z
    .union([
      z.literal("all"),
      z.strictObject({
        places: z.array(idSchema).optional(),
        kinds: z.array(z.string()).optional(),
        devices: z.array(idSchema).optional(),
      }),
    ])
    .optional(),
  /** How untidy the simulated devices are. */
  habits: z.enum(["none", "gentle"]).default("none"),
  /** Beside those of the bundled neighbourhood. */
  places: z.array(placeSchema).default([]),
  devices: z.array(handDevice).max(1_000).default([]),
});

const arrangements = z.strictObject(
  Object.fromEntries(
    Object.entries(ARRANGEMENT_SCHEMAS).map(([type, schema]) => [type, z.array(schema as z.ZodType).default([])]),
  ),
);

const scenarioSchema = z.strictObject({
  title: bilingualSchema,
  /** What it shows, and why it has to be so. */
  about: bilingualSchema,
  start: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  /** How long it lasts. */
  lasts: durationSchema,
  site: z
    .strictObject({ timeZone: z.string(), latitude: z.number(), longitude: z.number() })
    .default({ timeZone: "Asia/Shanghai", latitude: 30.27, longitude: 120.15 }),
  fleet,
  /** In place of, or beside, those that every scenario has. */
  people: z.array(personSchema.omit({ createdAt: true, disabledAt: true })).default([]),
  arrangements: arrangements.prefault({}),
  /** Beside those that ship. */
  rules: z.array(ruleSchema).default([]),
  steps: z.array(stepSchema),
  expect: z.array(expectationSchema).min(1),
});
export type Scenario = z.infer<typeof scenarioSchema>;

interface Source {
  readonly steps: readonly Readonly<Record<string, unknown>>[];
  readonly expect: readonly Readonly<Record<string, unknown>>[];
}

/** A scenario, or everything that is wrong with its text; `field` says `file:line:column path`. */
export interface ParsedScenario {
  readonly scenario: Scenario | undefined;
  readonly problems: readonly Problem[];
  /** Steps and expectations in the words of the file. */
  readonly source: Source;
  /** Where a path of the document stands. */
  place(path: string): string;
}

export function parseScenario(text: string, file: string): ParsedScenario {
  const placed = parsePlaced(text, file);
  const { value, problems } = placed;
  const place = (path: string) => placed.place(path);
  const nothing: Source = { steps: [], expect: [] };
  if (problems.length > 0) return { scenario: undefined, problems, source: nothing, place };
  const parsed = scenarioSchema.safeParse(value);
  if (parsed.success) return { scenario: parsed.data, problems: [], source: value as Source, place };
  const found = problemsOf(parsed.error, value).map((problem) => ({ ...problem, field: place(problem.field) }));
  return { scenario: undefined, problems: found, source: nothing, place };
}
