import type { Device, Place } from "@linli/model";
import type { SeriesOwner, StateStore } from "@linli/stores";

/** Where devices belong, those retired included; one object for each. */
export class Owners {
  readonly #devices: ReadonlyMap<string, Device>;
  readonly #places: ReadonlyMap<string, Place>;
  readonly #unknownKind: string | undefined;
  readonly #owners = new Map<string, SeriesOwner>();
  readonly #known = new Map<string, SeriesOwner>();
  /** Devices that nobody knows where to put. */
  readonly missing = new Set<string>();

  constructor(registry: { devices: readonly Device[]; places: readonly Place[] }, unknownKind?: string) {
    this.#devices = new Map(registry.devices.map((device) => [device.id, device]));
    this.#places = new Map(registry.places.map((place) => [place.id, place]));
    this.#unknownKind = unknownKind;
  }

  static async load({ registry }: StateStore, unknownKind?: string): Promise<Owners> {
    const [devices, places] = await Promise.all([registry.allDevices(), registry.places()]);
    return new Owners({ devices, places }, unknownKind);
  }

  /** What the store it comes from says, else the registry; `undefined` for a device that neither knows. */
  of(deviceId: string, said: SeriesOwner | undefined): SeriesOwner | undefined {
    if (said !== undefined) return this.#shared(said);
    const known = this.#owners.get(deviceId);
    if (known !== undefined) return known;
    const owner = this.#registered(deviceId);
    if (owner === undefined) this.missing.add(deviceId);
    else this.#owners.set(deviceId, owner);
    return owner;
  }

  /** The type that a device declares for a point of its own. */
  extraType(deviceId: string, point: string) {
    return this.#devices.get(deviceId)?.extraPoints[point]?.type;
  }

  #shared(owner: SeriesOwner): SeriesOwner {
    const key = JSON.stringify([owner.deviceId, owner.kind, owner.community, owner.compound, owner.building]);
    const known = this.#known.get(key) ?? owner;
    this.#known.set(key, known);
    return known;
  }

  #registered(deviceId: string): SeriesOwner | undefined {
    const device = this.#devices.get(deviceId);
    const kind = device?.kind ?? this.#unknownKind;
    if (kind === undefined) return undefined;
    const levels = { community: "", compound: "", building: "" };
    let place = device && this.#places.get(device.placeId);
    // a tree has no ring; a damaged one ends here all the same
    for (let step = 0; place !== undefined && step < 32; step++) {
      if (place.level in levels) levels[place.level as keyof typeof levels] = place.id;
      place = place.parentId === null ? undefined : this.#places.get(place.parentId);
    }
    return { deviceId, kind, ...levels };
  }
}
