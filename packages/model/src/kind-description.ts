import { z } from "zod";
import { type DeviceKind, kindHeadSchema } from "./kind.ts";
import { bilingualSchema } from "./text.ts";

/** A kind as plain JSON: for the API, for forms, for programs in other languages. */
export const kindDescriptionSchema = kindHeadSchema
  .extend({
    commands: z.record(
      z.string(),
      z.strictObject({
        label: bilingualSchema,
        /** JSON Schema (draft 2020-12) of the arguments; each property has its `label` in both languages. */
        args: z.record(z.string(), z.unknown()),
        /** How long it makes sense to deliver it, in ms. */
        expiresAfter: z.number().int().positive(),
        twoPersons: z.boolean(),
      }),
    ),
  })
  .meta({ id: "DeviceKind" });
export type KindDescription = z.infer<typeof kindDescriptionSchema>;

/** Describes a kind. Builds the JSON Schemas anew each time: ask once and keep it. */
export function kindDescription(kind: DeviceKind): KindDescription {
  const { commands, ...head } = kind;
  const described = Object.entries(commands).map(([name, { label, args, expiresAfter, twoPersons = false }]) => {
    // As a caller writes it: an argument with a default may be left out.
    const schema = z.toJSONSchema(args, { io: "input" });
    return [name, { label, args: { ...schema }, expiresAfter, twoPersons }] as const;
  });
  return { ...head, commands: Object.fromEntries(described) };
}
