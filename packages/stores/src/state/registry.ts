import type { Device, NewDevice, Place } from "@linli/model";
import type { Author } from "./author.ts";
import type { Page, PageRequest } from "./page.ts";

/** The kind whose devices may speak for others. */
export const GATEWAY_KIND = "gateway";

/** A device's credential as stored: never the token itself. */
export interface Credential {
  readonly id: string;
  readonly deviceId: string;
  readonly type: "token";
  /** SHA-256 of the token. */
  readonly hash: Uint8Array;
  readonly createdAt: number;
  /** From then on it no longer works; null = until revoked. */
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

export interface DeviceFilter {
  /** In id, name or a tag; case-insensitive. */
  readonly search?: string;
  readonly kind?: string;
  /** This place and everything below it. Several: any of them (a scope). */
  readonly placeIds?: readonly string[];
  readonly gatewayId?: string;
  readonly retired?: boolean;
}

export interface ImportBatch {
  readonly places: readonly Place[];
  readonly devices: readonly NewDevice[];
  /** SHA-256 of tokens that the fleet brings along, by device id. */
  readonly tokenHashes: ReadonlyMap<string, Uint8Array>;
}

export interface RegistryStore {
  places(): Promise<readonly Place[]>;
  /** Creates or replaces; `invalid` when the parent is missing, of a wrong level, or below itself. */
  putPlace(place: Place, author: Author): Promise<void>;
  /** `conflict` while something is in it. */
  removePlace(id: string, author: Author): Promise<void>;

  device(id: string): Promise<Device | undefined>;
  devices(filter: DeviceFilter, page: PageRequest): Promise<Page<Device>>;
  /** Every device, for a process that keeps the registry in memory. */
  allDevices(): Promise<readonly Device[]>;
  /** `conflict` when the id is taken, `invalid` for an unknown place or gateway. */
  createDevice(device: NewDevice, author: Author): Promise<Device>;
  /** `conflict` when `version` is no longer the stored one; `not-found`. */
  updateDevice(id: string, version: number, change: Partial<NewDevice>, author: Author): Promise<Device>;
  /** Ends its credentials too. Its history stays. `conflict` while a latched alert of it is open. */
  retireDevice(id: string, author: Author): Promise<void>;
  /** All or nothing: every problem is found before (see `checkImport` in api and cli), this only writes. */
  importBatch(batch: ImportBatch, author: Author): Promise<{ places: number; devices: number }>;

  /** Of one device, or all that may still work. */
  credentials(deviceId?: string): Promise<readonly Credential[]>;
  issueCredential(deviceId: string, hash: Uint8Array, expiresAt: number | null, author: Author): Promise<Credential>;
  revokeCredential(credentialId: string, author: Author): Promise<void>;
  /** A new one, and the old ones of this device end at `oldEndsAt`. */
  rotateCredential(deviceId: string, hash: Uint8Array, oldEndsAt: number, author: Author): Promise<Credential>;

  /** Facts about the data folder itself, such as `demo-seed`. */
  meta(key: string): Promise<string | undefined>;
  setMeta(key: string, value: string): Promise<void>;
}
