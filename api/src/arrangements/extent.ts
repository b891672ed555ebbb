import type { Arrangement, Arrangements, ArrangementType, Matchers, Role } from "@linli/model";
import type { Identity } from "../access/identity.ts";
import { covers, type Scope, scopeOf } from "../access/scope.ts";
import type { Directory } from "../live/directory.ts";

/** Places (and all below them) that something concerns; null = everywhere, none = nothing uses it yet. */
export type Extent = readonly string[] | null;

export interface Meant<T extends ArrangementType = ArrangementType> {
  readonly type: T;
  readonly value: Arrangement<T>;
}

function union(extents: readonly (string | null | undefined)[]): Extent {
  const places: string[] = [];
  for (const place of extents) {
    if (place === null || place === undefined) return null;
    places.push(place);
  }
  return places;
}

function ofMatch({ placeId, devices }: Matchers, directory: Directory): Extent {
  if (placeId !== undefined) return [placeId];
  return devices === undefined ? null : union(devices.map((id) => directory.device(id)?.placeId));
}

function is<T extends ArrangementType>(meant: Meant, type: T): meant is Meant<T> {
  return meant.type === type;
}

function extentOf(meant: Meant, { team, route }: Arrangements, directory: Directory): Extent {
  const { id } = meant.value;
  if (is(meant, "team")) return union([meant.value.placeId]);
  if (is(meant, "route")) return union([meant.value.match.placeId]);
  if (is(meant, "silence") || is(meant, "maintenance")) return ofMatch(meant.value.match, directory);
  if (meant.type === "rota") return union(team.filter(({ rotaId }) => rotaId === id).map(({ placeId }) => placeId));
  if (meant.type === "escalation") {
    return union(route.filter(({ escalationId }) => escalationId === id).map(({ match }) => match.placeId));
  }
  return null;
}

const holds = (who: Identity, role: Role) => scopeOf(who.grants, role);

export function isAdmin(who: Identity): boolean {
  return holds(who, "admin") === null;
}

function isOwn({ type, value }: Meant, who: Identity): boolean {
  return type === "contact" && who.type === "person" && value.id === who.id;
}

function concerns(directory: Directory, scope: Scope, extent: Extent): boolean {
  if (scope === null || extent === null) return true;
  return extent.every(
    (place) => covers(directory, scope, place) || scope.some((root) => directory.isWithin(root, place)),
  );
}

/** Whether it is something of the caller's: at places where the caller may look, or above them. */
export function mayRead(meant: Meant, who: Identity, arrangements: Arrangements, directory: Directory): boolean {
  if (meant.type === "contact") return isOwn(meant, who) || isAdmin(who);
  return concerns(directory, holds(who, "viewer"), extentOf(meant, arrangements, directory));
}

export function mayWrite(meant: Meant, who: Identity, arrangements: Arrangements, directory: Directory): boolean {
  if (meant.type === "contact") return isOwn(meant, who) || isAdmin(who);
  if (meant.type === "channel") return isAdmin(who);
  const scope = holds(who, "manager");
  if (scope === null) return true;
  const extent = extentOf(meant, arrangements, directory);
  return scope.length > 0 && extent !== null && extent.every((place) => covers(directory, scope, place));
}
