import type { Clock } from "@linli/runtime";
import { hashToken, sameHash } from "@linli/runtime";
import type { AccessStore, RegistryStore } from "@linli/stores";
import type { Identity } from "./identity.ts";

export interface Authenticator {
  /** By an API token. */
  byToken(token: string): Promise<Identity | undefined>;
  /** By a session's cookie. */
  bySession(secret: string): Promise<Identity | undefined>;
  /** By a device's own credential or that of its gateway; the identity's id is the credential's device. */
  byDevice(token: string, device: { id: string; gatewayId: string | null }): Promise<Identity | undefined>;
}

/** Looks callers up at every request, so that what is revoked ends at once. */
export function createAuthenticator(
  stores: { readonly access: AccessStore; readonly registry: RegistryStore },
  clock: Clock,
  bootstrapToken: string | undefined,
): Authenticator {
  const bootstrapHash = bootstrapToken === undefined ? undefined : hashToken(bootstrapToken);
  const isOver = (end: number | null) => end !== null && end <= clock.now();

  const bootstrap: Identity = {
    id: "bootstrap",
    type: "token",
    name: "bootstrap",
    grants: [{ role: "admin", placeId: null }],
    language: "en",
    expiresAt: null,
    sessionId: null,
    answerable: "bootstrap",
  };

  return {
    async byToken(token) {
      const hash = hashToken(token);
      if (bootstrapHash && sameHash(hash, bootstrapHash)) return bootstrap;
      const found = await stores.access.tokenByHash(hash);
      if (!found || found.revokedAt !== null || isOver(found.expiresAt)) return undefined;
      const { id, name, grants, expiresAt, createdBy } = found;
      return { id, type: "token", name, grants, language: "en", expiresAt, sessionId: null, answerable: createdBy };
    },

    async bySession(secret) {
      const session = await stores.access.sessionByHash(hashToken(secret));
      if (!session || isOver(session.expiresAt)) return undefined;
      const person = await stores.access.person(session.personId);
      if (!person || person.disabledAt !== null) return undefined;
      const { id, name, grants, language } = person;
      const { expiresAt, id: sessionId } = session;
      return { id, type: "person", name, grants, language, expiresAt, sessionId, answerable: id };
    },

    async byDevice(token, device) {
      const hash = hashToken(token);
      for (const owner of [device.id, device.gatewayId]) {
        if (owner === null) continue;
        const credentials = await stores.registry.credentials(owner);
        const match = credentials.find(
          (one) => one.revokedAt === null && !isOver(one.expiresAt) && sameHash(hash, one.hash),
        );
        if (!match) continue;
        const base = { id: owner, name: owner, answerable: owner, expiresAt: match.expiresAt };
        return { ...base, type: "device", grants: [], language: "en", sessionId: null };
      }
      return undefined;
    },
  };
}
