import { z } from "zod";
import { deadLetterReasonSchema } from "../dead-letter.ts";
import { idSchema } from "../id.ts";
import { flagSchema, momentSchema, pageOf, pageQuery } from "./query.ts";
import { route } from "./route.ts";

/** A payload, or one value of it, that could not be used. */
const deadLetterSchema = z
  .strictObject({
    id: z.string(),
    receivedAt: z.number().int(),
    principal: z.string(),
    topic: z.string(),
    reason: deadLetterReasonSchema,
    field: z.string(),
    value: z.string(),
    replayedAt: z.number().int().nullable(),
  })
  .meta({ id: "DeadLetter" });

const tag = "dead letters";
const letterParams = z.strictObject({ id: z.string().min(1).max(200) });

export const deadLetterRoutes = {
  listDeadLetters: route({
    method: "GET",
    path: "/api/v1/dead-letters",
    tag,
    summary: "What could not be used, newest first",
    description: "Whoever is scoped to a place sees the letters of the devices there.",
    access: { at: "anywhere", role: "viewer" },
    query: pageQuery.extend({
      reason: deadLetterReasonSchema.optional(),
      deviceId: idSchema.optional(),
      search: z.string().max(200).optional(),
      from: momentSchema.optional(),
      to: momentSchema.optional(),
      replayed: flagSchema.optional(),
    }),
    answer: { status: 200, schema: pageOf(deadLetterSchema).meta({ id: "DeadLetterPage" }) },
  }),
  countDeadLetters: route({
    method: "GET",
    path: "/api/v1/dead-letters/counts",
    tag,
    summary: "How many there are, by reason",
    access: { at: "everywhere", role: "viewer" },
    answer: { status: 200, schema: z.strictObject({ reasons: z.record(z.string(), z.number().int()) }) },
  }),
  getDeadLetter: route({
    method: "GET",
    path: "/api/v1/dead-letters/:id",
    tag,
    summary: "One letter with its bytes",
    access: { at: "anywhere", role: "viewer" },
    params: letterParams,
    answer: {
      status: 200,
      schema: deadLetterSchema
        .extend({
          payloadBase64: z.string(),
          /** The bytes as text, where they are text. */
          payloadText: z.string().nullable(),
        })
        .meta({ id: "DeadLetterWithPayload" }),
    },
  }),
  replayDeadLetters: route({
    method: "POST",
    path: "/api/v1/dead-letters/replay",
    tag,
    summary: "Send the original bytes through once more, after the cause is gone",
    access: { at: "anywhere", role: "manager" },
    body: z.strictObject({ ids: z.array(z.string().min(1).max(200)).min(1).max(200) }),
    answer: {
      status: 200,
      schema: z.strictObject({
        /** Messages sent: several letters of one message are one. */
        messages: z.number().int(),
        replayed: z.array(z.string()),
        refused: z.array(z.strictObject({ id: z.string(), message: z.string() })),
      }),
    },
  }),
};
