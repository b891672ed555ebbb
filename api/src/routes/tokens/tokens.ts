import { randomUUID } from "node:crypto";
import { LinliError, ROUTES } from "@linli/model";
import { hashToken, newToken } from "@linli/runtime";
import type { ApiToken } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import { authorOf } from "../../access/identity.ts";
import { invalidField } from "../../errors/api-error.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";
import { assertGrants } from "../people/people.ts";

/** Without the hash: not even that leaves the store. */
function shown({ id, name, grants, createdAt, createdBy, expiresAt, revokedAt }: ApiToken) {
  return { id, name, grants: [...grants], createdAt, createdBy, expiresAt, revokedAt };
}

export function registerTokens(server: FastifyInstance, parts: Parts): void {
  const { access } = parts.state;

  serve(server, parts, ROUTES.listTokens, async () => ({ items: (await access.tokens()).map(shown) }));

  serve(server, parts, ROUTES.createToken, async ({ body, who, request }) => {
    const now = parts.clock.now();
    const { name, grants, expiresAt = null } = body;
    assertGrants(parts, grants);
    if (expiresAt !== null && expiresAt <= now) throw invalidField("expiresAt", "lies in the past", expiresAt);
    const token = newToken();
    const id = randomUUID();
    const createdBy = who.answerable;
    const made = { id, name, hash: hashToken(token), grants, createdAt: now, createdBy, expiresAt, revokedAt: null };
    await access.createToken(made, authorOf(who, request.ip, now));
    return { apiToken: shown(made), token };
  });

  serve(server, parts, ROUTES.revokeToken, async ({ params, who, request }) => {
    const known = (await access.tokens()).some(({ id }) => id === params.id);
    if (!known) throw new LinliError("not-found", `no such token: ${params.id}`);
    await access.revokeToken(params.id, authorOf(who, request.ip, parts.clock.now()));
  });
}
