import type { Device } from "@linli/model";
import type { SeriesOwner } from "../../series/port.ts";
import type { PlaceTree } from "./place-tree.ts";

export function ownerOf(device: Device, tree: PlaceTree): SeriesOwner {
  const path = tree.path(device.placeId);
  const at = (level: string) => path.find((place) => place.level === level)?.id ?? "";
  return {
    deviceId: device.id,
    kind: device.kind,
    community: at("community"),
    compound: at("compound"),
    building: at("building"),
  };
}

function equal(a: SeriesOwner, b: SeriesOwner): boolean {
  return a.kind === b.kind && a.community === b.community && a.compound === b.compound && a.building === b.building;
}

/** Series owners, worked out when asked for; the object stays the same as long as what it says does. */
export class Owners {
  readonly #owners = new Map<string, SeriesOwner>();
  /** Those that may be out of date. */
  readonly #doubtful = new Set<string>();

  of(device: Device, tree: PlaceTree): SeriesOwner {
    const known = this.#owners.get(device.id);
    if (known !== undefined && !this.#doubtful.has(device.id)) return known;
    this.#doubtful.delete(device.id);
    const owner = ownerOf(device, tree);
    if (known !== undefined && equal(known, owner)) return known;
    this.#owners.set(device.id, owner);
    return owner;
  }

  /** The device changed; one that is gone is forgotten. */
  doubt(deviceId: string, device: Device | undefined): void {
    if (device === undefined) this.#owners.delete(deviceId);
    if (this.#owners.has(deviceId)) this.#doubtful.add(deviceId);
    else this.#doubtful.delete(deviceId);
  }

  doubtAll(): void {
    for (const id of this.#owners.keys()) this.#doubtful.add(id);
  }
}
