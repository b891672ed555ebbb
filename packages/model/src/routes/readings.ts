import { z } from "zod";
import { durationSchema } from "../duration.ts";
import { idSchema } from "../id.ts";
import { commaListSchema, idParams, momentSchema } from "./query.ts";
import { route } from "./route.ts";

/** How the readings of a bucket become one value. */
const READING_FUNCTIONS = ["mean", "min", "max", "sum", "count", "first", "last"] as const;

/** `[at, value]`, with a third member `"faulty"` for a value outside what the sensor can say; null = nothing there. */
const sampleSchema = z
  .union([
    z.tuple([z.number().int(), z.union([z.number(), z.boolean(), z.string(), z.null()])]),
    z.tuple([z.number().int(), z.union([z.number(), z.boolean(), z.string(), z.null()]), z.literal("faulty")]),
  ])
  .meta({ id: "Sample" });

export const readingsSchema = z
  .strictObject({
    deviceId: idSchema,
    from: z.number().int(),
    to: z.number().int(),
    bucketMs: z.number().int().nullable(),
    fn: z.enum(READING_FUNCTIONS).nullable(),
    /** What it was answered from: raw readings, or a roll-up. */
    level: z.enum(["raw", "5m", "1h"]),
    /** There is more than `limit` in this range: go on from the last time given. */
    truncated: z.boolean(),
    points: z.record(z.string(), z.strictObject({ unit: z.string().nullable(), samples: z.array(sampleSchema) })),
  })
  .meta({ id: "Readings" });
export type Readings = z.infer<typeof readingsSchema>;

export const readingRoutes = {
  getReadings: route({
    method: "GET",
    path: "/api/v1/devices/:id/readings",
    tag: "readings",
    summary: "Readings of a device, raw or by bucket, as JSON or CSV",
    description:
      "Without `points`: all that were ever stored. `from` is included, `to` is not; the last 24 hours unless given. " +
      "With `bucket` (1m, 1h …) and `fn` (mean unless given) one value per bucket. CSV by `Accept: text/csv` or " +
      "`format=csv`: columns time, point, value, unit, flag, in the order of points and time, without a bound.",
    access: { at: "device", role: "viewer" },
    params: idParams,
    query: z.strictObject({
      points: commaListSchema.optional(),
      from: momentSchema.optional(),
      to: momentSchema.optional(),
      bucket: durationSchema.optional(),
      fn: z.enum(READING_FUNCTIONS).optional(),
      /** Most samples per point. */
      limit: z.coerce.number<number | string>().int().min(1).max(200_000).default(20_000),
      format: z.enum(["json", "csv"]).optional(),
    }),
    answer: { status: 200, schema: readingsSchema },
    produces: ["text/csv"],
  }),
  lastReadings: route({
    method: "GET",
    path: "/api/v1/devices/:id/readings/last",
    tag: "readings",
    summary: "The newest stored sample of every point",
    access: { at: "device", role: "viewer" },
    params: idParams,
    answer: { status: 200, schema: z.strictObject({ points: z.record(z.string(), sampleSchema) }) },
  }),
};
