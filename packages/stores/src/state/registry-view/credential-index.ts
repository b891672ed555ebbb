import type { Credential } from "../registry.ts";
import { inSlices } from "./in-slices.ts";

/** What a login is compared with; the caller's clock decides about `expiresAt`. */
export interface KnownCredential {
  readonly deviceId: string;
  readonly credentialId: string;
  readonly expiresAt: number | null;
}

function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString("hex");
}

/**
 * The credentials that were not revoked, found by hash. A plain look-up gives nothing away by its timing: what it
 * compares is the SHA-256 of what was presented, which nobody can steer towards a stored one.
 */
export class CredentialIndex {
  readonly #byHash = new Map<string, KnownCredential>();
  readonly #byId = new Map<string, KnownCredential>();
  /** The keys of `#byHash`, by device. */
  readonly #hashes = new Map<string, string[]>();

  static async of(credentials: readonly Credential[]): Promise<CredentialIndex> {
    const index = new CredentialIndex();
    await inSlices(credentials, (credential) => index.#add(credential));
    return index;
  }

  byHash(hash: Uint8Array): KnownCredential | undefined {
    return this.#byHash.get(keyOf(hash));
  }

  byId(id: string): KnownCredential | undefined {
    return this.#byId.get(id);
  }

  ids(): IterableIterator<string> {
    return this.#byId.keys();
  }

  /** Replaces all that was known of the device's. */
  putDevice(deviceId: string, credentials: readonly Credential[]): void {
    for (const hash of this.#hashes.get(deviceId) ?? []) {
      const known = this.#byHash.get(hash);
      this.#byHash.delete(hash);
      if (known) this.#byId.delete(known.credentialId);
    }
    this.#hashes.delete(deviceId);
    for (const credential of credentials) this.#add(credential);
  }

  #add({ id, deviceId, hash, expiresAt, revokedAt }: Credential): void {
    if (revokedAt !== null) return;
    const known: KnownCredential = { deviceId, credentialId: id, expiresAt };
    const key = keyOf(hash);
    this.#byHash.set(key, known);
    this.#byId.set(id, known);
    const hashes = this.#hashes.get(deviceId);
    if (hashes) hashes.push(key);
    else this.#hashes.set(deviceId, [key]);
  }
}
