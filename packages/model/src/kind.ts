import { z } from "zod";
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

const kindHead = z.strictObject({
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
export type DeviceKind = Readonly<z.infer<typeof kindHead>> & {
  readonly commands: Readonly<Record<string, CommandType>>;
};

/** Checks a kind's definition and returns it; throws at import when it contradicts itself. */
export function defineKind(
  kind: z.input<typeof kindHead> & { commands: Readonly<Record<string, CommandType>> },
): DeviceKind {
  const { commands, ...head } = kind;
  return { ...kindHead.parse(head), commands };
}

const patterns = new WeakMap<DeviceKind, readonly { match: RegExp; point: Point }[]>();

function indexedPoints(kind: DeviceKind): readonly { match: RegExp; point: Point }[] {
  let list = patterns.get(kind);
  if (!list) {
    list = Object.entries(kind.points)
      .filter(([name]) => name.includes("{"))
      .map(([name, point]) => ({
        match: new RegExp(`^${name.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[A-Za-z0-9_-]+")}$`),
        point,
      }));
    patterns.set(kind, list);
  }
  return list;
}

/** The declaration of a point of this kind by the name it is sent under, indexed ones included. */
export function findPoint(kind: DeviceKind, name: string): Point | undefined {
  if (Object.hasOwn(kind.points, name)) return kind.points[name];
  return indexedPoints(kind).find(({ match }) => match.test(name))?.point;
}
