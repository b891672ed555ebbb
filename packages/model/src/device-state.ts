import { z } from "zod";
import { qualitySchema } from "./reading.ts";

/**
 * `unknown`: never heard of, or we ourselves were blind; `online`; `late`: missed its cadence; `offline`: past its
 * time-out or its session ended; `sleeping`: said that it would be silent.
 */
export const CONNECTIONS = ["online", "late", "offline", "sleeping", "unknown"] as const;
export const connectionSchema = z.enum(CONNECTIONS).meta({ id: "Connection" });
export type Connection = z.infer<typeof connectionSchema>;

export const pointStateSchema = z.strictObject({
  value: z.union([z.number(), z.boolean(), z.string()]),
  quality: qualitySchema,
  observedAt: z.number().int(),
  receivedAt: z.number().int(),
});
export type PointState = z.infer<typeof pointStateSchema>;

/** What watch holds to be true of one device. Times are epoch ms. */
export const deviceStateSchema = z
  .strictObject({
    deviceId: z.string(),
    connection: connectionSchema,
    /** Since when the connection is what it is. */
    connectionSince: z.number().int(),
    /** Last sign of life: data, connect or keep-alive of its session; null = never. */
    lastSeenAt: z.number().int().nullable(),
    points: z.record(z.string(), pointStateSchema),
  })
  .meta({ id: "DeviceState" });
export type DeviceState = z.infer<typeof deviceStateSchema>;
