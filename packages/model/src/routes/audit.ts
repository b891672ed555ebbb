import { z } from "zod";
import { momentSchema, pageOf, pageQuery } from "./query.ts";
import { route } from "./route.ts";

const auditEntrySchema = z
  .strictObject({
    seq: z.number().int(),
    at: z.number().int(),
    authorId: z.string(),
    authorType: z.enum(["person", "token", "system"]),
    address: z.string().nullable(),
    action: z.string(),
    target: z.string(),
    detail: z.unknown(),
  })
  .meta({ id: "AuditEntry" });

export const auditRoutes = {
  listAudit: route({
    method: "GET",
    path: "/api/v1/audit",
    tag: "audit",
    summary: "Who changed what, and who was refused; newest first",
    access: { at: "everywhere", role: "admin" },
    query: pageQuery.extend({
      action: z.string().max(100).optional(),
      target: z.string().max(200).optional(),
      authorId: z.string().max(100).optional(),
      from: momentSchema.optional(),
      to: momentSchema.optional(),
    }),
    answer: { status: 200, schema: pageOf(auditEntrySchema).meta({ id: "AuditPage" }) },
  }),
};
