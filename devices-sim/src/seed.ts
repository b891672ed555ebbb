import type { NewDevice, Place } from "@linli/model";
import { hashToken } from "@linli/runtime";
import { type Fleet, HANGZHOU } from "./fleet.ts";
import type { Site } from "./world/world.ts";

/** What goes into the registry and what the simulator needs to log in. Tokens are only in the fleet. */
export interface Seeding {
  readonly batch: {
    readonly places: readonly Place[];
    readonly devices: readonly NewDevice[];
    /** SHA-256 of tokens, by device id. */
    readonly tokenHashes: ReadonlyMap<string, Uint8Array>;
  };
  /** Content of `demo/fleet.json`; keep it readable by its owner alone. */
  readonly fleet: Fleet;
}

/** Gives every device that has a session of its own a token. Children of a gateway publish through its session. */
export function seedNeighbourhood(
  places: readonly Place[],
  devices: readonly NewDevice[],
  newToken: () => string,
  options: { readonly seed?: number; readonly site?: Site } = {},
): Seeding {
  const tokens = new Map(devices.filter(({ gatewayId }) => gatewayId === null).map(({ id }) => [id, newToken()]));
  return {
    batch: {
      places,
      devices,
      tokenHashes: new Map([...tokens].map(([id, token]) => [id, hashToken(token)])),
    },
    fleet: {
      seed: options.seed ?? 1,
      site: options.site ?? HANGZHOU,
      devices: devices.map(({ id, kind, name, gatewayId, tags }) => ({
        id,
        kind,
        name,
        gatewayId,
        token: tokens.get(id) ?? null,
        tags,
      })),
    },
  };
}
