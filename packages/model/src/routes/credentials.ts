import { z } from "zod";
import { durationSchema } from "../duration.ts";
import { idSchema } from "../id.ts";
import { idParams, momentSchema, nothing } from "./query.ts";
import { route } from "./route.ts";

/** A device's credential, without its secret. */
const credentialSchema = z
  .strictObject({
    id: z.string(),
    deviceId: idSchema,
    type: z.literal("token"),
    createdAt: z.number().int(),
    expiresAt: z.number().int().nullable(),
    revokedAt: z.number().int().nullable(),
  })
  .meta({ id: "Credential" });

/** The only time that the token is shown. */
const issuedCredentialSchema = z
  .strictObject({ credential: credentialSchema, token: z.string() })
  .meta({ id: "IssuedCredential" });

const tag = "credentials";
const access = { at: "device", role: "manager" } as const;

export const credentialRoutes = {
  listCredentials: route({
    method: "GET",
    path: "/api/v1/devices/:id/credentials",
    tag,
    summary: "A device's credentials",
    access,
    params: idParams,
    answer: { status: 200, schema: z.strictObject({ items: z.array(credentialSchema) }) },
  }),
  issueCredential: route({
    method: "POST",
    path: "/api/v1/devices/:id/credentials",
    tag,
    summary: "Issue a token; shown once",
    access,
    params: idParams,
    body: z.strictObject({ expiresAt: momentSchema.nullable().optional() }).nullish(),
    answer: { status: 201, schema: issuedCredentialSchema },
  }),
  rotateCredential: route({
    method: "POST",
    path: "/api/v1/devices/:id/credentials/rotate",
    tag,
    summary: "Issue a new token and end the old ones after a grace",
    access,
    params: idParams,
    body: z.strictObject({ grace: durationSchema.optional() }).nullish(),
    answer: { status: 201, schema: issuedCredentialSchema },
  }),
  revokeCredential: route({
    method: "DELETE",
    path: "/api/v1/devices/:id/credentials/:credentialId",
    tag,
    summary: "Revoke a credential; open sessions end within a second",
    access,
    params: idParams.extend({ credentialId: z.string().max(200) }),
    answer: { status: 204, schema: nothing },
  }),
};
