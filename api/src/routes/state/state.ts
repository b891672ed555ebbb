import { type Device, ROUTES } from "@linli/model";
import type { FastifyInstance } from "fastify";
import { covers, narrow, type Scope, scopeOf } from "../../access/scope.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

interface StateQuery {
  readonly ids?: string[] | undefined;
  readonly kind?: string | undefined;
  readonly connection?: string | undefined;
}

function* candidates(parts: Parts, ids: readonly string[] | undefined): Generator<Device> {
  if (ids === undefined) return yield* parts.registry.devices();
  for (const id of new Set(ids)) {
    const device = parts.registry.device(id);
    if (device) yield device;
  }
}

function matching(parts: Parts, scope: Scope, { ids, kind, connection }: StateQuery): Device[] {
  const found: Device[] = [];
  for (const device of candidates(parts, ids)) {
    if (device.retiredAt !== null) continue;
    if (kind !== undefined && device.kind !== kind) continue;
    if (connection !== undefined && parts.live.of(device).connection !== connection) continue;
    if (covers(parts.registry, scope, device.placeId)) found.push(device);
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function registerState(server: FastifyInstance, parts: Parts): void {
  serve(server, parts, ROUTES.getState, async ({ device }) => parts.live.of(device), { unchecked: true });

  serve(
    server,
    parts,
    ROUTES.listStates,
    async ({ query, who }) => {
      const { limit, after } = query;
      const scope = narrow(parts.registry, scopeOf(who.grants, "viewer"), query.in);
      const all = matching(parts, scope, query);
      const rest = after === undefined ? all : all.filter(({ id }) => id > after);
      const page = rest.slice(0, limit);
      const next = rest.length > limit ? (page.at(-1)?.id ?? null) : null;
      return { items: page.map((device) => parts.live.of(device)), next, total: all.length };
    },
    { unchecked: true },
  );
}
