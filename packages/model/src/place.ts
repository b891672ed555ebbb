import { z } from "zod";
import { idSchema } from "./id.ts";

/** From the subdistrict (街道) down to a floor or a space. `unit` (单元) may be left out. */
export const PLACE_LEVELS = ["subdistrict", "community", "compound", "building", "unit", "floor", "space"] as const;
export type PlaceLevel = (typeof PLACE_LEVELS)[number];

/** The levels a place may stand under; `null` = a root. A space may be under anything below the community. */
export const PLACE_PARENTS: Record<PlaceLevel, readonly (PlaceLevel | null)[]> = {
  subdistrict: [null],
  community: ["subdistrict"],
  compound: ["community"],
  building: ["compound", "community"],
  unit: ["building"],
  floor: ["building", "unit"],
  space: ["community", "compound", "building", "unit", "floor"],
};

export const placeSchema = z
  .strictObject({
    id: idSchema,
    level: z.enum(PLACE_LEVELS),
    parentId: idSchema.nullable(),
    name: z.string().trim().min(1).max(200),
    /** Order among its siblings; then by name. */
    order: z.number().int().default(0),
  })
  .meta({ id: "Place" });
export type Place = z.infer<typeof placeSchema>;
