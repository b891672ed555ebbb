import type { Place } from "@linli/model";

export interface PlaceNode {
  readonly place: Place;
  readonly children: readonly PlaceNode[];
}

/** The place tree, siblings by their order and then by name. */
export function buildTree(places: readonly Place[]): PlaceNode[] {
  const ids = new Set(places.map(({ id }) => id));
  const children = Map.groupBy(places, ({ parentId }) => (parentId !== null && ids.has(parentId) ? parentId : null));
  const below = (parentId: string | null): PlaceNode[] =>
    (children.get(parentId) ?? [])
      .toSorted((a, b) => a.order - b.order || a.name.localeCompare(b.name, "zh-CN", { numeric: true }))
      .map((place) => ({ place, children: below(place.id) }));
  return below(null);
}

/** Every place's way from the root, itself last. */
export function buildPaths(places: readonly Place[]): ReadonlyMap<string, readonly Place[]> {
  const byId = new Map(places.map((place) => [place.id, place]));
  const pathOf = (place: Place): Place[] => {
    const parent = place.parentId === null ? undefined : byId.get(place.parentId);
    return parent ? [...pathOf(parent), place] : [place];
  };
  return new Map(places.map((place) => [place.id, pathOf(place)]));
}

/** A place as people say it: general to specific in Chinese, specific to general in English; without the subdistrict. */
export function placeName(path: readonly Place[] | undefined, language: "zh-CN" | "en"): string {
  const local = (path ?? []).filter(({ level }) => level !== "subdistrict" && level !== "community");
  const names = (local.length > 0 ? local : (path ?? []).slice(-1)).map(({ name }) => name);
  return language === "en" ? names.toReversed().join(", ") : names.join(" ");
}
