import { type Grant, type Role, roleAtLeast } from "@linli/model";

/** The place tree as far as rights need it. */
export interface PlaceTree {
  /** Whether a place is `ancestorId` itself or below it; false for a place that is not there. */
  isWithin(placeId: string, ancestorId: string): boolean;
}

/** Places at which (and below which) a role is held; null = everywhere. */
export type Scope = readonly string[] | null;

export function scopeOf(grants: readonly Grant[], role: Role): Scope {
  const held = grants.filter((grant) => roleAtLeast(grant.role, role));
  if (held.some(({ placeId }) => placeId === null)) return null;
  return held.flatMap(({ placeId }) => placeId ?? []);
}

/** Whether a scope covers a place; `placeId` null asks for everywhere. */
export function covers(tree: PlaceTree, scope: Scope, placeId: string | null): boolean {
  if (scope === null) return true;
  return placeId !== null && scope.some((root) => tree.isWithin(placeId, root));
}

/** What is both in the scope and in a place: that place, or the parts of it that are in the scope. */
export function narrow(tree: PlaceTree, scope: Scope, placeId: string | undefined): Scope {
  if (placeId === undefined) return scope;
  if (covers(tree, scope, placeId)) return [placeId];
  return (scope ?? []).filter((root) => tree.isWithin(root, placeId));
}
