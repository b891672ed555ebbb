/** Who a connection speaks for: the credential says it, never the payload or the client id. */
export type Principal = DevicePrincipal | IntegratorPrincipal;

interface DevicePrincipal {
  readonly type: "device";
  readonly id: string;
  readonly credentialId: string;
}

/** A program with an API token: listens, publishes nothing. */
interface IntegratorPrincipal {
  readonly type: "integrator";
  /** The API token's id. */
  readonly id: string;
  /** It may see these places and all below them; null = everywhere. */
  readonly placeIds: readonly string[] | null;
}

/** Two principals never share a client id or a rate. */
export function principalKey(principal: Principal): string {
  return `${principal.type}:${principal.id}`;
}
