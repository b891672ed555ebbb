import type { Place } from "@linli/model";

/** The place tree in memory. Built anew when any place changes: they are few, and change rarely. */
export class PlaceTree {
  readonly #places: ReadonlyMap<string, Place>;
  readonly #paths = new Map<string, readonly Place[]>();

  constructor(places: readonly Place[]) {
    this.#places = new Map(places.map((place) => [place.id, place]));
  }

  place(id: string): Place | undefined {
    return this.#places.get(id);
  }

  places(): IterableIterator<Place> {
    return this.#places.values();
  }

  ids(): IterableIterator<string> {
    return this.#places.keys();
  }

  /** From the root down to the place itself; empty when there is no such place. */
  path(id: string): readonly Place[] {
    const known = this.#paths.get(id);
    if (known) return known;
    const place = this.#places.get(id);
    if (!place) return [];
    const path = place.parentId === null ? [place] : [...this.path(place.parentId), place];
    this.#paths.set(id, path);
    return path;
  }

  isWithin(id: string, ancestorId: string): boolean {
    return this.path(id).some((place) => place.id === ancestorId);
  }
}
