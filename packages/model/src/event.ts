import { z } from "zod";
import { idSchema } from "./id.ts";

/** Something that happened, once. Identity: (device, seq), else (device, observedAt, type, hash of data). */
export const eventSchema = z
  .strictObject({
    /** Stable across repeats of the same event. */
    id: z.string(),
    deviceId: idSchema,
    type: z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/),
    observedAt: z.number().int(),
    receivedAt: z.number().int(),
    seq: z.number().int().nonnegative().optional(),
    data: z.record(z.string(), z.json()).optional(),
    /** False when the kind does not list this type; it is kept all the same. */
    known: z.boolean(),
  })
  .meta({ id: "DeviceEvent" });
export type DeviceEvent = z.infer<typeof eventSchema>;
