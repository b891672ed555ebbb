import {
  ARRANGEMENT_SCHEMAS,
  type ArrangementType,
  alertDeedSchema,
  durationSchema,
  idSchema,
  maintenanceSchema,
  newDeviceSchema,
  ruleSchema,
  severitySchema,
  silenceSchema,
} from "@linli/model";
import { z } from "zod";
import { PARTS } from "../../virtual/parts.ts";

/** Devices: one, several, or all at a place and below it, of one kind perhaps. */
export const onSchema = z.union([
  idSchema,
  z.array(idSchema).min(1).max(1_000),
  z.strictObject({ place: idSchema, kind: z.string().optional() }),
]);
export type On = z.infer<typeof onSchema>;

const parts = z.array(z.enum(PARTS)).min(1);

/** A value, or `2..9`: grows evenly from the first to the last of a series. */
const values = z.record(
  z.string(),
  z.union([z.number(), z.boolean(), z.string(), z.array(z.union([z.number(), z.string()]))]),
);

/** When: an offset from the start. A step with `to` and `every` happens again and again. */
const time = {
  at: durationSchema,
  to: durationSchema.optional(),
  every: durationSchema.refine((ms) => ms >= 1_000, "at least 1s").optional(),
};

/** When the device says that it was, as an offset; absent = now. */
const observed = { observed: durationSchema.optional() };

/** `closing` and the like, with the moment they ask for as an offset. */
const DEEDS = alertDeedSchema.options.map((option) => option.shape.type.value);

const rest = { on: onSchema };

/** What may happen at a moment, by the key that names it. */
const happenings = {
  /** A fault of the simulator. `for`: as long as such a fault usually lasts, unless given. */
  fault: z.strictObject({ ...time, fault: z.string(), ...rest, for: durationSchema.optional() }),
  /** Something a device says of its points. */
  reading: z.strictObject({ ...time, reading: values, ...rest, ...observed }),
  event: z.strictObject({
    ...time,
    event: z.string(),
    data: z.record(z.string(), z.json()).optional(),
    ...rest,
    ...observed,
  }),
  /** A message byte by byte; `{start}` and `{now}` in it are replaced by epoch ms. */
  /** What a real device said, from a CSV or NDJSON file: as far apart as it was, the first row at `at`. */
  recording: z.strictObject({
    at: durationSchema,
    recording: z.string().min(1),
    /** Points, by the columns that hold their values. */
    columns: z.record(z.string(), z.string()),
    /** Times without an offset are of `zone`, such as `Z` or `+08:00`. */
    time: z.union([
      z.strictObject({ column: z.string(), zone: z.string().default("Z") }),
      z.strictObject({ interval: durationSchema }),
    ]),
    separator: z.string().length(1).default(","),
    /** Only what was recorded from then on, by the recording's own times. */
    from: z.iso
      .datetime({ offset: true })
      .transform((text) => Date.parse(text))
      .optional(),
    ...rest,
  }),
  send: z.strictObject({
    ...time,
    send: z.string(),
    topic: z.enum(["telemetry", "event", "status"]).default("telemetry"),
    retain: z.boolean().default(false),
    ...rest,
  }),
  /** `lost`: without a goodbye; `left`: with one; `back`: again. */
  line: z.strictObject({ ...time, line: z.enum(["lost", "left", "back"]), ...rest }),
  /** Everything at that place loses its supply, and its line with it. */
  power: z.strictObject({
    ...time,
    power: z.literal("cut"),
    place: idSchema,
    except: z.array(idSchema).default([]),
    for: durationSchema,
  }),
  stop: z.strictObject({ ...time, stop: parts }),
  start: z.strictObject({ ...time, start: parts }),
  /** What somebody does about the open alert of that rule there. */
  does: z.strictObject({
    ...time,
    person: idSchema,
    does: z.enum(DEEDS as [string, ...string[]]),
    alert: z.string(),
    on: idSchema,
    outcome: z.string().optional(),
    text: z.string().optional(),
    until: durationSchema.optional(),
    gives: idSchema.optional(),
  }),
  /** An exercise of that rule; `people` are prepared for it, null = everybody is told. */
  drill: z.strictObject({
    ...time,
    drill: z.string(),
    on: idSchema,
    severity: severitySchema.default("critical"),
    people: z.array(idSchema).min(1).nullable(),
    for: durationSchema.default(900_000),
    by: idSchema.default("chen"),
  }),
  silence: z.strictObject({
    ...time,
    silence: z.strictObject({
      id: idSchema,
      match: silenceSchema.shape.match,
      for: durationSchema,
      by: idSchema,
      secondBy: idSchema.optional(),
      untilCleared: z.boolean().optional(),
      reason: z.string(),
    }),
  }),
  maintenance: z.strictObject({ ...time, maintenance: maintenanceSchema.omit({ createdAt: true }) }),
  /** Anything else that people arrange, as the API takes it. */
  arrange: z.strictObject({
    ...time,
    arrange: z.enum(Object.keys(ARRANGEMENT_SCHEMAS) as [ArrangementType, ...ArrangementType[]]),
    value: z.json(),
  }),
  /** A rule written anew, or a change of what is in force, such as `{start: armed}`. */
  rule: z.strictObject({
    ...time,
    rule: z.string(),
    change: z.partialRecord(z.enum(Object.keys(ruleSchema.shape)), z.json()).optional(),
    by: idSchema.default("chen"),
  }),
  removeRule: z.strictObject({ ...time, removeRule: z.string(), by: idSchema.default("chen") }),
  /** Numbers of a rule that are another on these devices. */
  override: z.strictObject({ ...time, override: z.string(), params: z.record(z.string(), z.number()), ...rest }),
  /** What the registry says of devices from now on: a place, tags. */
  register: z.strictObject({ ...time, register: newDeviceSchema.partial().omit({ id: true }), ...rest }),
  retire: z.strictObject({ ...time, retire: z.literal(true), ...rest }),
  /** An order, as a person gives it on the page. */
  command: z.strictObject({ ...time, command: z.string(), args: z.record(z.string(), z.json()).default({}), ...rest }),
} as const;

type Happenings = typeof happenings;
export type StepType = keyof Happenings;
export type StepOf<T extends StepType> = T extends StepType ? z.infer<Happenings[T]> & { readonly type: T } : never;
export type Step = StepOf<StepType>;

const TYPES = Object.keys(happenings) as StepType[];

/** A step is told by the one key that names what happens. */
export const stepSchema = z.record(z.string(), z.unknown()).transform((input, context): Step => {
  const named = TYPES.filter((type) => type in input);
  const [type] = named;
  if (type === undefined || named.length > 1) {
    context.addIssue({ code: "custom", message: `exactly one of ${TYPES.join(", ")}` });
    return z.NEVER;
  }
  const parsed = happenings[type].safeParse(input);
  if (parsed.success) return { ...parsed.data, type } as Step;
  for (const issue of parsed.error.issues)
    context.addIssue({ code: "custom", message: issue.message, path: issue.path });
  return z.NEVER;
});
