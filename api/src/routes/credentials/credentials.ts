import { hours, LinliError, ROUTES } from "@linli/model";
import { hashToken, newToken } from "@linli/runtime";
import type { Credential } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import { authorOf } from "../../access/identity.ts";
import { invalidField } from "../../errors/api-error.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

/** How long the old credential goes on working after a rotation, unless said otherwise. */
const GRACE = hours(24);

/** Without the hash: not even that leaves the store. */
function shown({ id, deviceId, type, createdAt, expiresAt, revokedAt }: Credential) {
  return { id, deviceId, type, createdAt, expiresAt, revokedAt };
}

export function registerCredentials(server: FastifyInstance, parts: Parts): void {
  const { registry } = parts.state;
  const { clock } = parts;

  serve(server, parts, ROUTES.listCredentials, async ({ device }) => ({
    items: (await registry.credentials(device.id)).map(shown),
  }));

  serve(server, parts, ROUTES.issueCredential, async ({ device, body, who, request }) => {
    if (device.retiredAt !== null) throw new LinliError("conflict", `${device.id} is retired`);
    const now = clock.now();
    const expiresAt = body?.expiresAt ?? null;
    if (expiresAt !== null && expiresAt <= now) throw invalidField("expiresAt", "lies in the past", expiresAt);
    const token = newToken();
    const author = authorOf(who, request.ip, now);
    return { credential: shown(await registry.issueCredential(device.id, hashToken(token), expiresAt, author)), token };
  });

  serve(server, parts, ROUTES.rotateCredential, async ({ device, body, who, request }) => {
    if (device.retiredAt !== null) throw new LinliError("conflict", `${device.id} is retired`);
    const now = clock.now();
    const token = newToken();
    const oldEndsAt = now + (body?.grace ?? GRACE);
    const author = authorOf(who, request.ip, now);
    return {
      credential: shown(await registry.rotateCredential(device.id, hashToken(token), oldEndsAt, author)),
      token,
    };
  });

  serve(server, parts, ROUTES.revokeCredential, async ({ device, params, who, request }) => {
    const own = await registry.credentials(device.id);
    if (!own.some(({ id }) => id === params.credentialId)) {
      throw new LinliError("not-found", "this device has no such credential");
    }
    await registry.revokeCredential(params.credentialId, authorOf(who, request.ip, clock.now()));
  });
}
