import { z } from "zod";
import { idSchema } from "./id.ts";

/** pending → sent → done | failed; or expired / cancelled before an answer. */
export const COMMAND_STATES = ["pending", "sent", "done", "failed", "expired", "cancelled"] as const;
export const commandStateSchema = z.enum(COMMAND_STATES).meta({ id: "CommandState" });

/** An order to a device: delivered at least once until it expires, in order, under the same id. */
export const commandSchema = z
  .strictObject({
    id: z.string(),
    deviceId: idSchema,
    name: z.string(),
    args: z.record(z.string(), z.json()),
    state: commandStateSchema,
    createdAt: z.number().int(),
    createdBy: z.string(),
    expiresAt: z.number().int(),
    sentAt: z.number().int().nullable(),
    answeredAt: z.number().int().nullable(),
    ok: z.boolean().nullable(),
    detail: z.string().nullable(),
  })
  .meta({ id: "Command" });
export type Command = z.infer<typeof commandSchema>;
