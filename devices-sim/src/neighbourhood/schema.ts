import { idSchema, PLACE_LEVELS } from "@linli/model";
import { z } from "zod";
import { siteSchema } from "../fleet.ts";

const pattern = z.string().min(1).max(200);

const buildingsSchema = z.strictObject({ count: z.int().min(1).max(500), id: pattern, name: pattern });

export interface PlaceNode {
  readonly id: string;
  readonly level: (typeof PLACE_LEVELS)[number];
  readonly name: string;
  readonly buildings?: z.infer<typeof buildingsSchema> | undefined;
  readonly places?: readonly PlaceNode[] | undefined;
}

const placeNodeSchema: z.ZodType<PlaceNode> = z.lazy(() =>
  z.strictObject({
    id: idSchema,
    level: z.enum(PLACE_LEVELS),
    name: z.string().min(1).max(200),
    buildings: buildingsSchema.optional(),
    places: z.array(placeNodeSchema).optional(),
  }),
);

const tagSchema = z.union([z.string(), z.array(z.string()).min(1), z.strictObject({ first: z.string() })]);
export type TagPattern = z.infer<typeof tagSchema>;

const groupSchema = z
  .strictObject({
    kind: z.string(),
    id: pattern,
    name: pattern,
    /** Places by id. */
    at: z.array(idSchema).min(1).optional(),
    /** Every building of this compound. */
    each: idSchema.optional(),
    /** Of those buildings, the ones with these numbers. */
    only: z.array(z.int().min(1)).min(1).optional(),
    /** Devices per place. */
    count: z.int().min(1).max(10_000).default(1),
    gateway: z.string().optional(),
    labels: z.array(z.string()).min(1).optional(),
    tags: z.record(z.string(), tagSchema).default({}),
  })
  .refine(({ at, each }) => (at === undefined) !== (each === undefined), "give either at or each");
export type DeviceGroup = z.infer<typeof groupSchema>;

export const neighbourhoodSchema = z.strictObject({
  name: z.string(),
  site: siteSchema,
  places: z.array(placeNodeSchema).min(1),
  devices: z.array(groupSchema),
});
