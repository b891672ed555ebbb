import { type Device, LinliError, type Role, type Route } from "@linli/model";
import type { FastifyRequest } from "fastify";
import type { Parts } from "../parts.ts";
import { authorOf, type Identity } from "./identity.ts";
import { assertSameOrigin } from "./same-origin.ts";
import { covers, scopeOf } from "./scope.ts";

declare module "fastify" {
  interface FastifyRequest {
    who: Identity | null;
    device: Device | null;
  }
}

export const SESSION_COOKIE = "linli_session";

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,500})$/i;

function bearerOf(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw new LinliError("unauthenticated", "Authorization: expected `Bearer` and a token");
  return token;
}

async function identify(parts: Parts, route: Route, request: FastifyRequest): Promise<Identity | undefined> {
  const bearer = bearerOf(request);
  if (bearer !== undefined) {
    const byToken = await parts.authenticator.byToken(bearer);
    if (byToken || !("orDevice" in route.access)) return byToken;
    const device = await parts.state.registry.device((request.params as { id: string }).id);
    if (!device || device.retiredAt !== null) return undefined;
    return parts.authenticator.byDevice(bearer, device);
  }
  const secret = request.cookies[SESSION_COOKIE];
  if (secret === undefined) return undefined;
  const bySession = await parts.authenticator.bySession(secret);
  if (bySession) assertSameOrigin(request);
  return bySession;
}

/** Finds out who calls, before anything of the body is read. Fails with `unauthenticated`. */
export async function authenticate(parts: Parts, route: Route, request: FastifyRequest): Promise<void> {
  if (route.access.at === "public") return;
  const who = await identify(parts, route, request);
  if (!who) throw new LinliError("unauthenticated", "sign in, or send a valid token as `Authorization: Bearer …`");
  request.who = who;
}

/** Refuses and says so in the audit log. */
async function refuse(parts: Parts, request: FastifyRequest, who: Identity, error: LinliError): Promise<never> {
  const author = authorOf(who, request.ip, parts.clock.now());
  const target = `${request.method} ${request.url.split("?")[0]?.slice(0, 200)}`;
  await parts.denials.record(author, "access.denied", target, { code: error.code, reason: error.message });
  throw error;
}

/**
 * `not-found` for an object that the caller may not even view, the same as for one that is not there; `forbidden` when
 * only the role is too low.
 */
async function checkObject(parts: Parts, request: FastifyRequest, placeId: string | null, role: Role): Promise<void> {
  const who = request.who as Identity;
  const missing = new LinliError("not-found", "no such object, or not one of yours");
  if (placeId === null) throw missing;
  if (!covers(parts.registry, scopeOf(who.grants, "viewer"), placeId)) return refuse(parts, request, who, missing);
  if (covers(parts.registry, scopeOf(who.grants, role), placeId)) return;
  return refuse(parts, request, who, new LinliError("forbidden", `this takes the role ${role} there`));
}

async function authorizeDevice(parts: Parts, request: FastifyRequest, role: Role): Promise<void> {
  const device = await parts.state.registry.device((request.params as { id: string }).id);
  if (request.who?.type !== "device") await checkObject(parts, request, device?.placeId ?? null, role);
  request.device = device ?? null;
}

/** Checks the role that the table asks for, at the place of the object that is meant. */
export async function authorize(parts: Parts, route: Route, request: FastifyRequest): Promise<void> {
  const { access } = route;
  const { who } = request;
  if (access.at === "public" || access.at === "signed-in") return;
  if (!who) throw new LinliError("unauthenticated", "sign in first");
  if (access.at === "device") return authorizeDevice(parts, request, access.role);
  if (access.at === "place") {
    const { id } = request.params as { id: string };
    return checkObject(parts, request, parts.registry.place(id) ? id : null, access.role);
  }
  const scope = scopeOf(who.grants, access.role);
  const holds = access.at === "everywhere" ? scope === null : scope === null || scope.length > 0;
  if (!holds) await refuse(parts, request, who, new LinliError("forbidden", `this takes the role ${access.role}`));
}

/** The role at a place that stands in the input: `invalid` when the caller cannot see it, as when it is not there. */
export function assertRoleAt(parts: Parts, who: Identity, role: Role, placeId: string | null): void {
  if (placeId !== null && !covers(parts.registry, scopeOf(who.grants, "viewer"), placeId)) {
    const problem = { field: "placeId", value: placeId, message: "no such place" };
    throw new LinliError("invalid", `no such place: ${placeId}`, { problems: [problem] });
  }
  if (!covers(parts.registry, scopeOf(who.grants, role), placeId)) {
    throw new LinliError("forbidden", `this takes the role ${role} ${placeId === null ? "everywhere" : "there"}`);
  }
}
