import { z } from "zod";
import { flagSchema } from "./query.ts";
import { route } from "./route.ts";

export const importReportSchema = z
  .strictObject({
    /** Nothing was written: a dry run, or problems without `partial`. */
    written: z.boolean(),
    lines: z.number().int(),
    /** Lines that can be (or were) taken. */
    good: z.number().int(),
    devices: z.number().int(),
    places: z.number().int(),
    /** Every problem, by line and column; the first 10,000 of them. */
    problems: z.array(z.strictObject({ field: z.string(), value: z.unknown().optional(), message: z.string() })),
    problemCount: z.number().int(),
  })
  .meta({ id: "ImportReport" });
export type ImportReport = z.infer<typeof importReportSchema>;

export const importRoutes = {
  importDevices: route({
    method: "POST",
    path: "/api/v1/devices/import",
    tag: "devices",
    summary: "Register many devices from CSV, all or nothing",
    description:
      "Body: `text/csv` (UTF-8, with or without BOM, or GB18030), or JSON `{csv}`; at most 50 MB and 100,000 lines. " +
      "Columns: id, kind, name, and placeId or place (names from the root or a part of that way, divided by `/`); " +
      "optional gatewayId, token (at least 16 characters), units and extraPoints (JSON), offlineAfter (90s, 5m …), " +
      "tag:NAME for each tag. `dryRun=true` checks only. With problems nothing is written and the answer is `invalid` " +
      "with all of them, unless `partial=true`, which takes the good lines.",
    access: { at: "anywhere", role: "manager" },
    query: z.strictObject({ dryRun: flagSchema.optional(), partial: flagSchema.optional() }),
    consumes: ["text/csv", "application/json"],
    maxBytes: 50_000_000,
    answer: { status: 200, schema: importReportSchema },
  }),
};
