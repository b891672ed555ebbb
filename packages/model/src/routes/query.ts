import { z } from "zod";
import { idSchema } from "../id.ts";

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;
const EPOCH = /^-?\d{1,15}$/;

/** A moment in a query: epoch milliseconds, or ISO 8601 with an offset; epoch ms inside. */
export const momentSchema = z
  .union([z.string(), z.number()])
  .transform((given, context) => {
    const text = String(given).trim();
    const at = EPOCH.test(text) ? Number(text) : ISO.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isSafeInteger(at)) return at;
    context.addIssue({ code: "custom", message: "not a time: epoch milliseconds, or ISO 8601 with an offset" });
    return z.NEVER;
  })
  .meta({ description: "Epoch milliseconds, or ISO 8601 with an offset such as 2026-11-23T08:00:00+08:00." });

/** A yes or no in a query. */
export const flagSchema = z.enum(["true", "false"]).transform((text) => text === "true");

/** A list in a query, divided by commas. */
export const commaListSchema = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);

export const idParams = z.strictObject({ id: idSchema });

/** Keyset paging: `after` is the `next` of the page before. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number<number | string>().int().min(1).max(1_000).default(100),
  after: z.string().max(500).optional(),
});

/** One page of a list. `total` counts over all pages; null where counting would cost more than it is worth. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    items: z.array(item),
    next: z.string().nullable(),
    total: z.number().int().nonnegative().nullable(),
  });
}

/** An answer without a body. */
export const nothing = z.void();
