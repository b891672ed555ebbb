import { z } from "zod";
import { memoByName } from "./memo.ts";
import { type Point, pointSchema } from "./point.ts";
import { bilingualSchema } from "./text.ts";

/** Something a kind's devices may report as having happened. `data` names its fields and their types. */
export const eventTypeSchema = z.strictObject({
  label: bilingualSchema,
  /** A fault (something is broken) rather than a mere occurrence. */
  fault: z.boolean().default(false),
  data: z.record(z.string(), pointSchema.omit({ label: true })).default({}),
});

export type EventType = z.infer<typeof eventTypeSchema>;

/** A fault the device can name: its canonical code and, where a standard numbers it, the number. */
export const faultSchema = z.strictObject({
  label: bilingualSchema,
  number: z.number().int().optional(),
  source: z.string().optional(),
});
export type Fault = z.infer<typeof faultSchema>;

/** An order the kind understands. `args` is the zod schema that API, form and device share. */
export interface CommandType {
  readonly label: z.infer<typeof bilingualSchema>;
  readonly args: z.ZodObject;
  /** How long it makes sense to deliver it, in ms. */
  readonly expiresAfter: number;
  /** Needs a second person's confirmation. */
  readonly twoPersons?: boolean;
}

export const kindHeadSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z-]{1,31}$/),
  label: bilingualSchema,
  /** Silent for longer than this, in ms = offline. A device's own setting wins. */
  offlineAfter: z.number().int().positive(),
  /** Silent for longer than this, in ms = late. */
  lateAfter: z.number().int().positive(),
  /** Points by name; a segment in braces (`selection.{slot}.stock`) stands for any one segment. */
  points: z.record(z.string(), pointSchema),
  events: z.record(z.string(), eventTypeSchema),
  faults: z.record(z.string(), faultSchema),
});

/** All that the platform knows of a kind of device: the only statement of each of these facts. */
export type DeviceKind = Readonly<z.infer<typeof kindHeadSchema>> & {
  readonly commands: Readonly<Record<string, CommandType>>;
};

/** What the schema cannot say of a point: empty when it is sound. */
function contradictions({ type, values, valueLabels, range, normal }: Point): string[] {
  const members = new Set(values?.map((value) => value.toLowerCase()));
  return [
    type === "enum" && members.size === 0 && "an enum without members",
    members.size < (values?.length ?? 0) && "two members that differ in case only",
    values && type !== "enum" && type !== "list" && `members of a ${type}`,
    Object.keys(valueLabels ?? {}).some((value) => !values?.includes(value)) && "a label of no member",
    range && range[0] >= range[1] && "a range without room",
    normal && range && (normal[0] < range[0] || normal[1] > range[1]) && "normal outside of the range",
  ].filter((problem) => typeof problem === "string");
}

/** Checks a kind's definition and returns it; throws at import when it contradicts itself. */
export function defineKind(
  kind: z.input<typeof kindHeadSchema> & { commands: Readonly<Record<string, CommandType>> },
): DeviceKind {
  const { commands, ...head } = kind;
  const parsed = kindHeadSchema.parse(head);
  const problems = Object.entries(parsed.points).flatMap(([name, point]) =>
    contradictions(point).map((problem) => `${name}: ${problem}`),
  );
  if (parsed.lateAfter >= parsed.offlineAfter) problems.push("late must come before offline");
  if (problems.length > 0) throw new TypeError(`kind ${parsed.id}: ${problems.join("; ")}`);
  return { ...parsed, commands };
}

/** A kind, or its description as the API gives it: what matters is what it declares under which name. */
interface Declares<P> {
  readonly points: Readonly<Record<string, P>>;
}

/** Indexed names come from the wire: each is matched once, then remembered. */
function indexedPoints<P>(kind: Declares<P>): (name: string) => P | undefined {
  const patterns = Object.entries(kind.points)
    .filter(([name]) => name.includes("{"))
    .map(([name, point]) => ({
      match: new RegExp(`^${name.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[A-Za-z0-9_-]+")}$`),
      point,
    }));
  return memoByName((name) => patterns.find(({ match }) => match.test(name))?.point);
}

const finders = new WeakMap<object, (name: string) => unknown>();

/** The declaration of a point of this kind by the name it is sent under, indexed ones included. */
export function findPoint<P>(kind: Declares<P>, name: string): P | undefined {
  if (Object.hasOwn(kind.points, name)) return kind.points[name];
  if (!name.includes(".")) return undefined;
  let find = finders.get(kind);
  if (!find) {
    find = indexedPoints(kind);
    finders.set(kind, find);
  }
  return find(name) as P | undefined;
}
