import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { Device, Place } from "@linli/model";
import type { SeriesOwner } from "../series/port.ts";
import type { Change } from "./changes.ts";
import type { StateStore } from "./port.ts";
import { CredentialIndex, type KnownCredential } from "./registry-view/credential-index.ts";
import { Fleet } from "./registry-view/fleet.ts";
import { Owners, ownerOf } from "./registry-view/owners.ts";
import { PlaceTree } from "./registry-view/place-tree.ts";
import { credentialHolders, idsOf, type RegistryChanges } from "./registry-view/registry-changes.ts";

const CHANGES_AT_ONCE = 1_000;
/** Further behind than this, everything is read anew: what is held meanwhile stays bounded. */
const MOST_FOLLOWED = 50_000;
/** From so many changed ones on, reading all is quicker than one by one. */
const ONE_BY_ONE = 500;

/**
 * The registry as it is in force, in memory: devices that are not retired, the place tree, and the credentials that were
 * not revoked. Follows the store's changes feed; between two refreshes it does not change.
 */
export class RegistryView {
  readonly #store: StateStore;
  readonly #owners = new Owners();
  #seq = 0;
  #fleet = new Fleet();
  #tree = new PlaceTree([]);
  #credentials = new CredentialIndex();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(store: StateStore) {
    this.#store = store;
  }

  static async load(store: StateStore): Promise<RegistryView> {
    const view = new RegistryView(store);
    await view.#reload();
    return view;
  }

  /** The number of the last change it knows. */
  get seq(): number {
    return this.#seq;
  }

  /** Not a retired one: its history is the store's to tell. */
  device(id: string): Device | undefined {
    return this.#fleet.device(id);
  }

  devices(): IterableIterator<Device> {
    return this.#fleet.devices();
  }

  place(id: string): Place | undefined {
    return this.#tree.place(id);
  }

  places(): IterableIterator<Place> {
    return this.#tree.places();
  }

  /** From the root down to the place itself; empty when there is no such place. */
  path(placeId: string): readonly Place[] {
    return this.#tree.path(placeId);
  }

  /** True for the place itself too. */
  isWithin(placeId: string, ancestorId: string): boolean {
    return this.#tree.isWithin(placeId, ancestorId);
  }

  /** The devices that this gateway may publish for. */
  children(gatewayId: string): ReadonlySet<string> {
    return this.#fleet.children(gatewayId);
  }

  /** One shared object per device and placement; a level that its path does not have is "". */
  owner(deviceId: string): SeriesOwner | undefined {
    const device = this.#fleet.device(deviceId);
    return device && this.#owners.of(device, this.#tree);
  }

  /** Of a device that is not in force any more: where it belonged, as far as its place is still there. */
  formerOwner(device: Device): SeriesOwner {
    return ownerOf(device, this.#tree);
  }

  /** By the SHA-256 of what was presented. Whether it has expired is the caller's to compare with its clock. */
  credentialByHash(hash: Uint8Array): KnownCredential | undefined {
    return this.#credentials.byHash(hash);
  }

  /** Absent once it is revoked: what a session that began with it has to ask. */
  credential(credentialId: string): KnownCredential | undefined {
    return this.#credentials.byId(credentialId);
  }

  /** Applies what changed in the store since the last time. One at a time; each change is reported once. */
  refresh(): Promise<RegistryChanges> {
    const result = this.#turn.then(() => this.#refresh());
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #refresh(): Promise<RegistryChanges> {
    const changes: Change[] = [];
    for (let seq = this.#seq; ; ) {
      const part = await this.#store.changes.since(seq, CHANGES_AT_ONCE);
      if (part.reset || changes.length >= MOST_FOLLOWED) return this.#startAgain(changes);
      changes.push(...part.changes);
      seq = part.changes.at(-1)?.seq ?? seq;
      if (part.changes.length < CHANGES_AT_ONCE) break;
      await yieldToOthers();
    }
    if (changes.length > 0) await this.#follow(changes);
    this.#seq = changes.at(-1)?.seq ?? this.#seq;
    return {
      devices: idsOf(changes, "device"),
      places: idsOf(changes, "place"),
      credentials: idsOf(changes, "credential"),
      commands: idsOf(changes, "command"),
      tokens: idsOf(changes, "token"),
      changes,
      reset: false,
    };
  }

  /** Reads first and applies then, in one go: nobody sees half of a change. */
  async #follow(changes: readonly Change[]): Promise<void> {
    const { registry } = this.#store;
    const deviceIds = idsOf(changes, "device");
    const holders = credentialHolders(changes);
    const tree = changes.some((change) => change.topic === "place")
      ? new PlaceTree(await registry.places())
      : undefined;
    const fleet = deviceIds.size > ONE_BY_ONE ? await Fleet.of(await registry.allDevices()) : undefined;
    const devices = fleet ? [] : await readEach(deviceIds, (id) => registry.device(id));
    const index = holders.size > ONE_BY_ONE ? await CredentialIndex.of(await registry.credentials()) : undefined;
    const credentials = index ? [] : await readEach(holders, (id) => registry.credentials(id));

    this.#tree = tree ?? this.#tree;
    this.#fleet = fleet ?? this.#fleet;
    for (const [id, device] of devices) this.#fleet.put(id, device);
    this.#credentials = index ?? this.#credentials;
    for (const [id, own] of credentials) this.#credentials.putDevice(id, own);
    if (tree) this.#owners.doubtAll();
    for (const id of deviceIds) this.#owners.doubt(id, this.#fleet.device(id));
  }

  async #startAgain(changes: readonly Change[]): Promise<RegistryChanges> {
    const before = [this.#fleet, this.#tree, this.#credentials] as const;
    await this.#reload();
    return {
      devices: new Set([...before[0].ids(), ...this.#fleet.ids()]),
      places: new Set([...before[1].ids(), ...this.#tree.ids()]),
      credentials: new Set([...before[2].ids(), ...this.#credentials.ids()]),
      commands: idsOf(changes, "command"),
      tokens: idsOf(changes, "token"),
      changes,
      reset: true,
    };
  }

  /** The number is read first: what changes during the load is applied once more by the next refresh. */
  async #reload(): Promise<void> {
    const { changes, registry } = this.#store;
    const seq = await changes.latest();
    const [places, devices, credentials] = await Promise.all([
      registry.places(),
      registry.allDevices(),
      registry.credentials(),
    ]);
    const fleet = await Fleet.of(devices);
    const index = await CredentialIndex.of(credentials);
    this.#tree = new PlaceTree(places);
    this.#fleet = fleet;
    this.#credentials = index;
    this.#owners.doubtAll();
    this.#seq = seq;
  }
}

function readEach<T>(ids: ReadonlySet<string>, read: (id: string) => Promise<T>): Promise<(readonly [string, T])[]> {
  return Promise.all(Array.from(ids, async (id) => [id, await read(id)] as const));
}
