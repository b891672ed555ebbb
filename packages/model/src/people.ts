import { z } from "zod";
import { idSchema } from "./id.ts";

/** In rising order of rights: a manager may do all that crew may, at the same place. */
export const ROLES = ["viewer", "crew", "manager", "admin"] as const;
export const roleSchema = z.enum(ROLES).meta({ id: "Role" });
export type Role = z.infer<typeof roleSchema>;

/** A role at a place and everything below it; `placeId` null = everywhere. */
export const grantSchema = z.strictObject({ role: roleSchema, placeId: idSchema.nullable() }).meta({ id: "Grant" });
export type Grant = z.infer<typeof grantSchema>;

export const personSchema = z
  .strictObject({
    id: idSchema,
    name: z.string().trim().min(1).max(100),
    grants: z.array(grantSchema),
    language: z.enum(["zh-CN", "en"]).default("zh-CN"),
    createdAt: z.number().int(),
    disabledAt: z.number().int().nullable().default(null),
  })
  .meta({ id: "Person" });
export type Person = z.infer<typeof personSchema>;

export function roleAtLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
