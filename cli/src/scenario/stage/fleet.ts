import {
  bundledNeighbourhood,
  type Fleet,
  loadNeighbourhood,
  type Seeding,
  seedNeighbourhood,
} from "@linli/devices-sim/app";
import { LinliError, type NewDevice, newDeviceSchema, type Place, type Problem } from "@linli/model";
import type { HandDevice, Scenario } from "../file/scenario-file.ts";
import type { On } from "../file/steps.ts";

const SEED = 1;

/** Everything that is there: what goes into the registry, who simulates what, who speaks by hand. */
export interface StagedFleet {
  readonly batch: Seeding["batch"];
  /** Those that the simulator plays. */
  readonly simulated: Fleet;
  readonly byHand: readonly HandDevice[];
  readonly devices: ReadonlyMap<string, NewDevice>;
  tokenOf(deviceId: string): string | null;
  /** Ids of the devices that are meant. Fails with `not-found` for one that is not there. */
  ids(on: On): readonly string[];
}

function chosen(
  devices: readonly NewDevice[],
  bundled: Scenario["fleet"]["bundled"],
  within: (placeId: string, above: string) => boolean,
) {
  if (bundled === undefined) return [];
  if (bundled === "all") return devices;
  const { places, kinds, devices: ids } = bundled;
  const wanted = devices.filter(({ id, kind, placeId }) => {
    if (ids?.includes(id)) return true;
    if (places === undefined && kinds === undefined) return false;
    return (kinds?.includes(kind) ?? true) && (places?.some((place) => within(placeId, place)) ?? true);
  });
  // nothing reaches the broker without its gateway
  const gateways = new Set(wanted.flatMap(({ gatewayId }) => gatewayId ?? []));
  return devices.filter((device) => wanted.includes(device) || gateways.has(device.id));
}

function asDevice(played: HandDevice): NewDevice {
  const { says: _says, every: _every, repeats: _repeats, ...device } = played;
  return newDeviceSchema.parse({ ...device, name: device.name ?? device.id });
}

function isWithin(places: ReadonlyMap<string, Place>): (placeId: string, above: string) => boolean {
  return (placeId, above) => {
    for (let id: string | null = placeId; id !== null; id = places.get(id)?.parentId ?? null)
      if (id === above) return true;
    return false;
  };
}

/** Makes the fleet of a scenario. Fails with `invalid` for ids that it does not have. */
export function stageFleet({ fleet, site }: Pick<Scenario, "fleet" | "site">): StagedFleet {
  const neighbourhood = loadNeighbourhood(bundledNeighbourhood(), SEED);
  const places = [...neighbourhood.places, ...fleet.places];
  const within = isWithin(new Map(places.map((place) => [place.id, place])));
  const bundled = chosen(neighbourhood.devices, fleet.bundled, within);
  const problems: Problem[] = [];
  if (typeof fleet.bundled === "object") {
    const known = new Set(bundled.map(({ id }) => id));
    for (const id of fleet.bundled.devices ?? []) {
      if (!known.has(id)) problems.push({ field: "fleet.bundled.devices", value: id, message: "no such device" });
    }
    if (bundled.length === 0) problems.push({ field: "fleet.bundled", message: "nothing of it is meant" });
  }
  if (problems.length > 0) throw new LinliError("invalid", "the fleet cannot be made", { problems });
  const byHand = fleet.devices;
  const all = [...bundled, ...byHand.map(asDevice)];
  let tokens = 0;
  // the same tokens at each run: they open nothing but a broker in this very process
  const seeding = seedNeighbourhood(places, all, () => `scenario-${++tokens}`, { seed: SEED, site });
  const handIds = new Set(byHand.map(({ id }) => id));
  const devices = new Map(all.map((device) => [device.id, device]));
  const tokenByDevice = new Map(seeding.fleet.devices.map(({ id, token }) => [id, token]));
  return {
    batch: seeding.batch,
    simulated: { ...seeding.fleet, devices: seeding.fleet.devices.filter(({ id }) => !handIds.has(id)) },
    byHand,
    devices,
    tokenOf: (id) => tokenByDevice.get(id) ?? null,
    ids(on) {
      if (typeof on === "object" && !Array.isArray(on)) {
        const { place, kind } = on;
        return all.filter((one) => within(one.placeId, place) && (kind ?? one.kind) === one.kind).map(({ id }) => id);
      }
      const ids = typeof on === "string" ? [on] : on;
      const unknown = ids.find((id) => !devices.has(id));
      if (unknown !== undefined) throw new LinliError("not-found", `the fleet has no device ${unknown}`);
      return ids;
    },
  };
}
