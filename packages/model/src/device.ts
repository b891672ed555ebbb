import { z } from "zod";
import { idSchema } from "./id.ts";
import { isPersonalDataName } from "./personal-data.ts";
import { extraPointSchema, POINT_NAME } from "./point.ts";

const pointNameSchema = z.string().regex(POINT_NAME, "a point name: dotted letters, digits, '_' and '-'");
const extraNameSchema = pointNameSchema.refine(
  (name) => !isPersonalDataName(name),
  "personal data is refused, whoever declares it",
);

/** What is known of a device before it says anything. Its place decides who cares for it, never its topic. */
export const deviceSchema = z
  .strictObject({
    id: idSchema,
    kind: z.string(),
    name: z.string().trim().min(1).max(200),
    placeId: idSchema,
    /** The gateway that may publish for it. */
    gatewayId: idSchema.nullable().default(null),
    /** Units the device really sends, by point, where they differ from the kind's: `{"temperature": "degF"}`. */
    units: z.record(pointNameSchema, z.string()).default({}),
    /** Points this one device has beyond its kind. */
    extraPoints: z.record(extraNameSchema, extraPointSchema).default({}),
    /** Overrides the kind's time-out, in ms: silent for longer = offline. */
    offlineAfterMs: z.number().int().min(1_000).nullable().default(null),
    /** Free facts: maintainer, installation date, rescue code … Shown, searched, never interpreted. */
    tags: z.record(z.string().max(64), z.string().max(500)).default({}),
    /** Raises on each edit; a stale edit is a conflict. */
    version: z.number().int().default(1),
    createdAt: z.number().int(),
    retiredAt: z.number().int().nullable().default(null),
  })
  .meta({ id: "Device" });
export type Device = z.infer<typeof deviceSchema>;

/** What a person or a file gives for a new device. */
export const newDeviceSchema = deviceSchema
  .omit({ version: true, createdAt: true, retiredAt: true })
  .meta({ id: "NewDevice" });
export type NewDevice = z.infer<typeof newDeviceSchema>;
