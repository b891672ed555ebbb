import { type Device, type Incident, LinliError, type Role, type Route } from "@linli/model";
import type { AlertRecord } from "@linli/stores";
import type { FastifyRequest } from "fastify";
import { reaches } from "../alerts/reach.ts";
import type { Parts } from "../parts.ts";
import { authorOf, type Identity } from "./identity.ts";
import { assertSameOrigin } from "./same-origin.ts";
import { covers, type Scope, scopeOf } from "./scope.ts";

declare module "fastify" {
  interface FastifyRequest {
    who: Identity | null;
    device: Device | null;
    alert: AlertRecord | null;
    incident: Incident | null;
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
export async function deny(parts: Parts, request: FastifyRequest, who: Identity, error: LinliError): Promise<never> {
  const author = authorOf(who, request.ip, parts.clock.now());
  const target = `${request.method} ${request.url.split("?")[0]?.slice(0, 200)}`;
  await parts.denials.record(author, "access.denied", target, { code: error.code, reason: error.message });
  throw error;
}

/**
 * `not-found` for an object that the caller may not even view, the same as for one that is not there; `forbidden` when
 * only the role is too low. `lies` says whether it lies within a scope; undefined = it is not there.
 */
async function checkObject(
  parts: Parts,
  request: FastifyRequest,
  role: Role,
  lies: ((scope: Scope) => Promise<boolean> | boolean) | undefined,
): Promise<void> {
  const who = request.who as Identity;
  const missing = new LinliError("not-found", "no such object, or not one of yours");
  if (lies === undefined) throw missing;
  if (!(await lies(scopeOf(who.grants, "viewer")))) return deny(parts, request, who, missing);
  if (await lies(scopeOf(who.grants, role))) return;
  return deny(parts, request, who, new LinliError("forbidden", `this takes the role ${role} there`));
}

/** Whether a place lies within a scope. */
function lying(parts: Parts, placeId: string | null): (scope: Scope) => boolean {
  return (scope) => covers(parts.registry, scope, placeId);
}

async function authorizeDevice(parts: Parts, request: FastifyRequest, role: Role): Promise<void> {
  const device = await parts.state.registry.device((request.params as { id: string }).id);
  if (request.who?.type !== "device") {
    await checkObject(parts, request, role, device && lying(parts, device.placeId));
  }
  request.device = device ?? null;
}

async function authorizeAlert(parts: Parts, request: FastifyRequest, role: Role): Promise<void> {
  const record = await parts.state.alerts.alert((request.params as { id: string }).id);
  await checkObject(parts, request, role, record && ((scope) => reaches(parts, scope, record)));
  request.alert = record ?? null;
}

async function authorizeIncident(parts: Parts, request: FastifyRequest, role: Role): Promise<void> {
  const incident = await parts.state.alerts.incident((request.params as { id: string }).id);
  await checkObject(parts, request, role, incident && lying(parts, incident.placeId));
  request.incident = incident ?? null;
}

/** Checks the role that the table asks for, at the place of the object that is meant. */
export async function authorize(parts: Parts, route: Route, request: FastifyRequest): Promise<void> {
  const { access } = route;
  const { who } = request;
  if (access.at === "public" || access.at === "signed-in") return;
  if (!who) throw new LinliError("unauthenticated", "sign in first");
  if (access.at === "device") return authorizeDevice(parts, request, access.role);
  if (access.at === "alert") return authorizeAlert(parts, request, access.role);
  if (access.at === "incident") return authorizeIncident(parts, request, access.role);
  if (access.at === "place") {
    const { id } = request.params as { id: string };
    return checkObject(parts, request, access.role, parts.registry.place(id) && lying(parts, id));
  }
  const scope = scopeOf(who.grants, access.role);
  const holds = access.at === "everywhere" ? scope === null : scope === null || scope.length > 0;
  if (!holds) await deny(parts, request, who, new LinliError("forbidden", `this takes the role ${access.role}`));
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
