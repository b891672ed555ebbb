import type { Place } from "@linli/model";

/** Finds places by their names from the root, or by the last part of that way: `甲社区/1号楼`. */
export class PlacePaths {
  readonly #ids = new Map<string, Set<string>>();

  constructor(places: Iterable<Place>) {
    const byId = new Map<string, Place>();
    for (const place of places) byId.set(place.id, place);
    for (const place of byId.values()) {
      let path = "";
      for (let at: Place | undefined = place; at; at = at.parentId === null ? undefined : byId.get(at.parentId)) {
        path = path === "" ? at.name : `${at.name}/${path}`;
        const ids = this.#ids.get(path);
        if (ids) ids.add(place.id);
        else this.#ids.set(path, new Set([place.id]));
      }
    }
  }

  /** The one place that is meant, or why there is none. */
  find(path: string): { readonly id: string } | { readonly problem: string } {
    const names = path.split("/").map((name) => name.trim());
    const ids = [...(this.#ids.get(names.join("/")) ?? [])];
    const [id] = ids;
    if (id === undefined) return { problem: "no such place" };
    if (ids.length === 1) return { id };
    return { problem: `${ids.length} places are called so: write more of the way, or use placeId` };
  }
}
