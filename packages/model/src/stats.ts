import { z } from "zod";
import { SEVERITIES } from "./alerting/severity.ts";
import { CONNECTIONS } from "./device-state.ts";

const count = z.number().int().nonnegative();

/** `GET /api/v1/stats`. Lags are in journal records. */
export const statsSchema = z
  .strictObject({
    journal: z.strictObject({ appended: count, bytes: count }),
    archive: z.strictObject({ lag: count, written: count, rejected: count, conflicts: count }),
    watch: z.strictObject({ lag: count }),
    deadLetters: count,
    /** Open ones. */
    alerts: z.record(z.enum(SEVERITIES), count),
    devices: z.record(z.enum(CONNECTIONS), count),
    processes: z.record(
      z.string(),
      z.strictObject({ up: z.boolean(), since: count.nullable(), restarts: count, rssBytes: count.nullable() }),
    ),
  })
  .meta({ id: "Stats" });
export type Stats = z.infer<typeof statsSchema>;
