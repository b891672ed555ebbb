import { LinliError, type Place, ROUTES } from "@linli/model";
import type { FastifyInstance } from "fastify";
import { assertRoleAt } from "../../access/guard.ts";
import { authorOf } from "../../access/identity.ts";
import { covers, type Scope, scopeOf } from "../../access/scope.ts";
import type { Directory } from "../../live/directory.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

/** The places of a scope, and the way from them up to the root. */
function visiblePlaces(directory: Directory, scope: Scope): Place[] {
  const all = [...directory.places()];
  if (scope === null) return all;
  return all.filter(({ id }) => covers(directory, scope, id) || scope.some((root) => directory.isWithin(root, id)));
}

/** Parents before children, siblings in their order. */
function inTreeOrder(places: readonly Place[]): Place[] {
  const children = Map.groupBy(places, ({ parentId }) => parentId);
  const below = (parentId: string | null): Place[] =>
    (children.get(parentId) ?? [])
      .sort((a, b) => a.order - b.order || a.name.localeCompare(b.name, "zh-CN"))
      .flatMap((place) => [place, ...below(place.id)]);
  return below(null);
}

export function registerPlaces(server: FastifyInstance, parts: Parts): void {
  const { registry } = parts;

  serve(
    server,
    parts,
    ROUTES.listPlaces,
    async ({ who }) => ({ items: inTreeOrder(visiblePlaces(registry, scopeOf(who.grants, "viewer"))) }),
    { unchecked: true },
  );

  serve(server, parts, ROUTES.putPlace, async ({ params, body, who, request }) => {
    const known = registry.place(params.id);
    if (known && !covers(registry, scopeOf(who.grants, "manager"), known.id)) {
      throw new LinliError("forbidden", "a place of this id exists where you are not a manager");
    }
    if (!known || known.parentId !== body.parentId) assertRoleAt(parts, who, "manager", body.parentId);
    const place = { ...body, id: params.id };
    await parts.state.registry.putPlace(place, authorOf(who, request.ip, parts.clock.now()));
    await registry.refresh();
    return place;
  });

  serve(server, parts, ROUTES.removePlace, async ({ params, who, request }) => {
    await parts.state.registry.removePlace(params.id, authorOf(who, request.ip, parts.clock.now()));
    await registry.refresh();
  });
}
