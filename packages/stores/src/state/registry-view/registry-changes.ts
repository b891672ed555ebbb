import type { Change } from "../changes.ts";

/** What a refresh brought, by id. */
export interface RegistryChanges {
  readonly devices: ReadonlySet<string>;
  readonly places: ReadonlySet<string>;
  /** Ids of credentials; those of a device come with a change of theirs. */
  readonly credentials: ReadonlySet<string>;
  readonly commands: ReadonlySet<string>;
  readonly tokens: ReadonlySet<string>;
  /** All of them as told, those of other topics as well; oldest first. */
  readonly changes: readonly Change[];
  /**
   * The feed no longer reached back far enough: everything was read anew, and `changes` is not the whole story.
   * `devices`, `places` and `credentials` then name all that are or were there; ask again for whatever else matters.
   */
  readonly reset: boolean;
}

export function idsOf(changes: readonly Change[], topic: Change["topic"]): Set<string> {
  return new Set(changes.filter((change) => change.topic === topic).map((change) => change.id));
}

/** The devices whose credentials changed. */
export function credentialHolders(changes: readonly Change[]): Set<string> {
  const holders = new Set<string>();
  for (const { topic, data } of changes) {
    if (topic !== "credential" || typeof data !== "object" || data === null) continue;
    if ("deviceId" in data && typeof data.deviceId === "string") holders.add(data.deviceId);
  }
  return holders;
}
