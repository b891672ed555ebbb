import { hashToken, sameHash } from "@linli/runtime";
import type { AccessStore, ApiToken, RegistryView } from "@linli/stores";
import type { Principal } from "./principal.ts";

/** User name of programs: their password is an API token. */
const INTEGRATOR_USER = "api";

export type LoginDenial =
  | "no-credentials"
  | "unknown-token"
  | "wrong-device" // a token, but another device's
  | "expired"
  | "revoked"
  | "retired-device"
  | "bad-client-id"
  | "will-too-large"
  | "unavailable";

export type Login =
  | { readonly ok: true; readonly principal: Principal; readonly expiresAt: number | null }
  | { readonly ok: false; readonly reason: LoginDenial; readonly returnCode: 2 | 3 | 4 | 5 };

export interface Identities {
  readonly registry: Pick<RegistryView, "device" | "credentialByHash">;
  readonly access: Pick<AccessStore, "tokenByHash">;
  /** SHA-256 of the token from the settings; it may see everything. */
  readonly bootstrapHash: Uint8Array | undefined;
}

const denied = (reason: LoginDenial, returnCode: 2 | 3 | 4 | 5 = 4): Login => ({ ok: false, reason, returnCode });

const expired = (expiresAt: number | null, now: number) => expiresAt !== null && expiresAt <= now;

/** Where a token may look; null = everywhere. */
function scopeOf({ grants }: Pick<ApiToken, "grants">): readonly string[] | null {
  const places = grants.map(({ placeId }) => placeId);
  return places.includes(null) ? null : places.filter((placeId) => placeId !== null);
}

function loginDevice(identities: Identities, user: string | undefined, token: string, now: number): Login {
  const { registry } = identities;
  const credential = registry.credentialByHash(hashToken(token));
  if (!credential) return denied("unknown-token");
  const { deviceId, credentialId, expiresAt } = credential;
  if (user !== undefined && deviceId !== user) return denied("wrong-device");
  if (expired(expiresAt, now)) return denied("expired", 5);
  if (!registry.device(deviceId)) return denied("retired-device", 5);
  return { ok: true, principal: { type: "device", id: deviceId, credentialId }, expiresAt };
}

async function loginIntegrator(identities: Identities, token: string, now: number): Promise<Login> {
  const hash = hashToken(token);
  if (identities.bootstrapHash && sameHash(identities.bootstrapHash, hash)) {
    return { ok: true, principal: { type: "integrator", id: "bootstrap", placeIds: null }, expiresAt: null };
  }
  const stored = await identities.access.tokenByHash(hash);
  if (!stored || !sameHash(stored.hash, hash)) return denied("unknown-token");
  if (stored.revokedAt !== null) return denied("revoked", 5);
  if (expired(stored.expiresAt, now)) return denied("expired", 5);
  const principal = { type: "integrator", id: stored.id, placeIds: scopeOf(stored) } as const;
  return { ok: true, principal, expiresAt: stored.expiresAt };
}

/**
 * Who a user name and password belong to. A device: its id and its token, or (the ThingsBoard way) the token as user
 * name and nothing else. A program: `api` and an API token. Tokens are found by their SHA-256, whose comparison nobody can
 * steer; the answer to the client does not tell an unknown id from a wrong token.
 */
export function identify(
  identities: Identities,
  user: string | undefined,
  password: string | undefined,
  now: number,
): Login | Promise<Login> {
  if (!user) return denied("no-credentials");
  if (!password) return loginDevice(identities, undefined, user, now);
  if (user === INTEGRATOR_USER) return loginIntegrator(identities, password, now);
  return loginDevice(identities, user, password, now);
}
