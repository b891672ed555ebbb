import { z } from "zod";
import { grantSchema } from "../people.ts";
import { nothing } from "./query.ts";
import { route } from "./route.ts";

/** Who is calling. */
export const whoSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    type: z.enum(["person", "token"]),
    grants: z.array(grantSchema),
    language: z.enum(["zh-CN", "en"]),
    /** When the session or token ends; null = never by itself. */
    expiresAt: z.number().int().nullable(),
  })
  .meta({ id: "Who" });
export type Who = z.infer<typeof whoSchema>;

const loginSchema = z
  .strictObject({ name: z.string().min(1).max(100), password: z.string().min(1).max(1_000) })
  .meta({ id: "Login" });

const tag = "session";
const path = "/api/v1/session";

export const sessionRoutes = {
  signIn: route({
    method: "POST",
    path,
    tag,
    summary: "Sign in: a person's id and password for a session cookie",
    access: { at: "public" },
    body: loginSchema,
    answer: { status: 200, schema: whoSchema },
  }),
  whoAmI: route({
    method: "GET",
    path,
    tag,
    summary: "Who the caller is, and what the caller may do",
    access: { at: "signed-in" },
    answer: { status: 200, schema: whoSchema },
  }),
  signOut: route({
    method: "DELETE",
    path,
    tag,
    summary: "Sign out",
    access: { at: "signed-in" },
    answer: { status: 204, schema: nothing },
  }),
  signOutEverywhere: route({
    method: "DELETE",
    path: "/api/v1/sessions",
    tag,
    summary: "End every session of the caller",
    access: { at: "signed-in" },
    answer: { status: 204, schema: nothing },
  }),
  changePassword: route({
    method: "PUT",
    path: "/api/v1/session/password",
    tag,
    summary: "Change one's own password; ends every session",
    access: { at: "signed-in" },
    body: z.strictObject({ current: z.string().max(1_000), password: z.string().min(10).max(1_000) }),
    answer: { status: 204, schema: nothing },
  }),
};
