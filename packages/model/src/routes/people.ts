import { z } from "zod";
import { grantSchema, personSchema } from "../people.ts";
import { idParams, momentSchema, nothing } from "./query.ts";
import { route } from "./route.ts";

/** A program's right, without its secret. */
const apiTokenSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    grants: z.array(grantSchema),
    createdAt: z.number().int(),
    createdBy: z.string(),
    expiresAt: z.number().int().nullable(),
    revokedAt: z.number().int().nullable(),
  })
  .meta({ id: "ApiToken" });

const access = { at: "everywhere", role: "admin" } as const;
const password = z.string().min(10, "at least 10 characters").max(1_000);
const people = { tag: "people", access } as const;
const tokens = { tag: "tokens", access } as const;

export const peopleRoutes = {
  listPeople: route({
    ...people,
    method: "GET",
    path: "/api/v1/people",
    summary: "Everybody who may sign in",
    answer: { status: 200, schema: z.strictObject({ items: z.array(personSchema) }) },
  }),
  listNames: route({
    method: "GET",
    path: "/api/v1/people/names",
    tag: "people",
    summary: "Ids and names of everybody who may sign in: whom an alert may be given to, who may be on a team",
    access: { at: "anywhere", role: "crew" },
    answer: {
      status: 200,
      schema: z.strictObject({ items: z.array(personSchema.pick({ id: true, name: true })) }),
    },
  }),
  createPerson: route({
    ...people,
    method: "POST",
    path: "/api/v1/people",
    summary: "Let somebody in",
    body: personSchema.pick({ id: true, name: true, grants: true, language: true }).extend({ password }),
    answer: { status: 201, schema: personSchema },
  }),
  changePerson: route({
    ...people,
    method: "PATCH",
    path: "/api/v1/people/:id",
    summary: "Change somebody's name, rights or password, or shut somebody out",
    params: idParams,
    body: z.strictObject({
      name: personSchema.shape.name.optional(),
      grants: z.array(grantSchema).optional(),
      language: z.enum(["zh-CN", "en"]).optional(),
      password: password.optional(),
      disabled: z.boolean().optional(),
    }),
    answer: { status: 200, schema: personSchema },
  }),
  listTokens: route({
    ...tokens,
    method: "GET",
    path: "/api/v1/tokens",
    summary: "Every API token",
    answer: { status: 200, schema: z.strictObject({ items: z.array(apiTokenSchema) }) },
  }),
  createToken: route({
    ...tokens,
    method: "POST",
    path: "/api/v1/tokens",
    summary: "Make an API token; shown once",
    body: z.strictObject({
      name: z.string().trim().min(1).max(100),
      grants: z.array(grantSchema).min(1),
      expiresAt: momentSchema.nullable().optional(),
    }),
    answer: { status: 201, schema: z.strictObject({ apiToken: apiTokenSchema, token: z.string() }) },
  }),
  revokeToken: route({
    ...tokens,
    method: "DELETE",
    path: "/api/v1/tokens/:id",
    summary: "Revoke an API token",
    params: z.strictObject({ id: z.string().max(200) }),
    answer: { status: 204, schema: nothing },
  }),
};
