import { PAGE_CHANNEL, type World } from "@linli/alerting";
import type { Arrangements, Person, Place, Rule } from "@linli/model";
import { CHANNELS } from "@linli/notifiers";
import type { Parts } from "../parts.ts";

/** What arrangements are checked against: the store as it stands at this moment. */
export async function storedWorld(parts: Parts): Promise<World> {
  const { state, registry, settings } = parts;
  const [arrangements, people, rules]: [Arrangements, readonly Person[], Map<string, Rule>] = await Promise.all([
    state.arrangements.all(),
    state.access.people(),
    rulesInForce(parts),
  ]);
  const enabled = people.filter(({ disabledAt }) => disabledAt === null);
  const places = [...registry.places()];
  const devices = () => [...registry.devices()];
  return {
    arrangements,
    people: new Map(enabled.map((person) => [person.id, person])),
    places: new Map(places.map((place): [string, Place] => [place.id, place])),
    timeZone: settings.LINLI_TIME_ZONE,
    publicUrl: settings.LINLI_PUBLIC_URL,
    device: (id) => registry.device(id),
    childrenOf: (gatewayId) =>
      devices()
        .filter((device) => device.gatewayId === gatewayId)
        .map(({ id }) => id),
    devicesAt: (placeId) =>
      devices()
        .filter((device) => registry.isWithin(device.placeId, placeId))
        .map(({ id }) => id),
    rule: (ruleId) => rules.get(ruleId),
    reaches: (channelType) => (channelType === PAGE_CHANNEL ? "person" : CHANNELS.get(channelType)?.reaches),
  };
}

async function rulesInForce({ state }: Parts): Promise<Map<string, Rule>> {
  const versions = await state.rules.current();
  const inForce = versions.filter(({ standing }) => standing === "current");
  return new Map(inForce.map(({ rule }) => [rule.id, rule]));
}
