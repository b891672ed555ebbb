import { LinliError } from "@linli/model";
import { type Fleet, type FleetDevice, HANGZHOU } from "./fleet.ts";
import { MODELS } from "./models/index.ts";

export interface FleetChoice {
  /** At most so many devices. */
  readonly size?: number;
  /** Of these kinds only. */
  readonly kinds?: readonly string[];
}

/** Fails with `invalid` for a kind that cannot be simulated. */
function checkKinds(kinds: readonly string[]): void {
  const unknown = kinds.filter((kind) => !MODELS.has(kind));
  if (unknown.length === 0) return;
  const message = `no such kind; there are ${[...MODELS.keys()].join(", ")}`;
  throw new LinliError("invalid", "the fleet cannot be made", {
    problems: unknown.map((value) => ({ field: "kinds", value, message })),
  });
}

/** A part of a fleet; gateways of chosen devices come along, as nothing reaches the broker without them. */
export function chooseFleet(fleet: Fleet, { size = Infinity, kinds }: FleetChoice): Fleet {
  if (kinds) checkKinds(kinds);
  const chosen = fleet.devices.filter(({ kind }) => kinds?.includes(kind) ?? true).slice(0, size);
  const wanted = new Set(chosen.flatMap(({ id, gatewayId }) => (gatewayId === null ? [id] : [id, gatewayId])));
  return { ...fleet, devices: fleet.devices.filter(({ id }) => wanted.has(id)) };
}

/** A fleet out of nothing, for brokers that know no devices of ours: each device logs in by itself, ids `sim-{kind}-{n}`. */
export function makeFleet(choice: FleetChoice, seed: number, password: string | null): Fleet {
  const kinds = choice.kinds ?? [...MODELS.keys()].filter((kind) => kind !== "gateway");
  checkKinds(kinds);
  const devices = Array.from({ length: choice.size ?? 100 }, (_, index): FleetDevice => {
    const kind = kinds[index % kinds.length] ?? "environment-sensor";
    return { id: `sim-${kind}-${index + 1}`, kind, gatewayId: null, token: password, tags: {} };
  });
  return { seed, site: HANGZHOU, devices };
}
