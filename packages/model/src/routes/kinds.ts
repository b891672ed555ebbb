import { z } from "zod";
import { eventTypeSchema, faultSchema } from "../kind.ts";
import { pointSchema } from "../point.ts";
import { bilingualSchema } from "../text.ts";
import { route } from "./route.ts";

/** A kind as it is told to programs: its commands' arguments as JSON Schema. */
export const kindDescriptionSchema = z
  .strictObject({
    id: z.string(),
    label: bilingualSchema,
    offlineAfter: z.number().int(),
    lateAfter: z.number().int(),
    points: z.record(z.string(), pointSchema),
    events: z.record(z.string(), eventTypeSchema),
    faults: z.record(z.string(), faultSchema),
    commands: z.record(
      z.string(),
      z.strictObject({
        label: bilingualSchema,
        args: z.record(z.string(), z.unknown()),
        expiresAfter: z.number().int(),
        twoPersons: z.boolean(),
      }),
    ),
  })
  .meta({ id: "Kind" });
export type KindDescription = z.infer<typeof kindDescriptionSchema>;

const tag = "kinds";
const access = { at: "signed-in" } as const;

export const kindRoutes = {
  listKinds: route({
    method: "GET",
    path: "/api/v1/kinds",
    tag,
    summary: "Every kind of device: points, events, faults, commands",
    access,
    answer: { status: 200, schema: z.strictObject({ items: z.array(kindDescriptionSchema) }) },
  }),
  getKind: route({
    method: "GET",
    path: "/api/v1/kinds/:id",
    tag,
    summary: "One kind",
    access,
    params: z.strictObject({ id: z.string().max(64) }),
    answer: { status: 200, schema: kindDescriptionSchema },
  }),
};
