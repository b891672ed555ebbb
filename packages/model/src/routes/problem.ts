import { z } from "zod";
import { ERROR_CODES } from "../errors.ts";

/** RFC 9457 problem details: the body of every answer that is not a success, as `application/problem+json`. */
export const problemDetailsSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    /** The request's id, as it stands in the log. */
    instance: z.string(),
    code: z.enum(ERROR_CODES),
    problems: z.array(z.strictObject({ field: z.string(), value: z.unknown().optional(), message: z.string() })),
    /** On a conflict of versions: what is stored now. */
    current: z.unknown().optional(),
  })
  .meta({ id: "Problem" });
export type ProblemDetails = z.infer<typeof problemDetailsSchema>;
