import { type Fleet, seedNeighbourhood } from "@linli/devices-sim/app";
import type { NewDevice, Place } from "@linli/model";
import type { HandDevice, Scenario } from "../file/scenario-file.ts";
import { type StagedFleet, stageFleet } from "../stage/fleet.ts";

/** A place and all that it is in. */
function withAncestors(ids: Iterable<string>, places: ReadonlyMap<string, Place>): Set<string> {
  const wanted = new Set<string>();
  for (const first of ids) {
    for (let id: string | null = first; id !== null && !wanted.has(id); id = places.get(id)?.parentId ?? null) {
      wanted.add(id);
    }
  }
  return wanted;
}

/** What a scenario's fleet is called on a platform that has devices of its own. */
export interface Guests extends Omit<StagedFleet, "simulated"> {
  readonly simulated: Fleet;
  readonly byHand: readonly HandDevice[];
}

/** The fleet of a scenario under names that nobody else has, each session with a token from `newToken`. */
export function inviteFleet(
  scenario: Pick<Scenario, "fleet" | "site">,
  prefix: string,
  newToken: () => string,
): Guests {
  const fleet = stageFleet(scenario);
  const named = (id: string) => `${prefix}${id}`;
  const namedOrNull = (id: string | null) => (id === null ? null : named(id));
  const known = new Map(fleet.batch.places.map((place) => [place.id, place]));
  const used = withAncestors(
    fleet.batch.devices.map(({ placeId }) => placeId),
    known,
  );
  const places = fleet.batch.places
    .filter(({ id }) => used.has(id))
    .map((place) => ({ ...place, id: named(place.id), parentId: namedOrNull(place.parentId) }));
  const rename = <Device extends Pick<NewDevice, "id" | "placeId" | "gatewayId">>(device: Device): Device => ({
    ...device,
    id: named(device.id),
    placeId: named(device.placeId),
    gatewayId: namedOrNull(device.gatewayId),
  });
  const devices = fleet.batch.devices.map(rename);
  const { seed } = fleet.simulated;
  const { batch, fleet: everybody } = seedNeighbourhood(places, devices, newToken, { seed, site: scenario.site });
  const byHand = fleet.byHand.map(rename);
  const handIds = new Set(byHand.map(({ id }) => id));
  const tokens = new Map(everybody.devices.map(({ id, token }) => [id, token]));
  return {
    batch,
    simulated: { ...everybody, devices: everybody.devices.filter(({ id }) => !handIds.has(id)) },
    byHand,
    devices: new Map(devices.map((device) => [device.id, device])),
    tokenOf: (id) => tokens.get(id) ?? null,
    ids: (on) => fleet.ids(on).map(named),
  };
}
