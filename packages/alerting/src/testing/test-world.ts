import {
  type Device,
  deviceSchema,
  NO_ARRANGEMENTS,
  type Person,
  type Place,
  personSchema,
  type Rule,
} from "@linli/model";
import type { World } from "../duty/world.ts";

const ROOMS = new Set(["wecom-robot", "dingtalk-robot", "feishu-robot", "apprise"]);

/** Places by id: name, level and parent. */
export const PLACES: readonly Place[] = [
  { id: "sub", level: "subdistrict", parentId: null, name: "城厢街道", order: 0 },
  { id: "com", level: "community", parentId: "sub", name: "星光社区", order: 0 },
  { id: "east", level: "compound", parentId: "com", name: "星光里", order: 0 },
  { id: "b3", level: "building", parentId: "east", name: "3幢", order: 0 },
  { id: "b3-u2", level: "unit", parentId: "b3", name: "2单元", order: 0 },
  { id: "b4", level: "building", parentId: "east", name: "4幢", order: 0 },
];

export function deviceOf(id: string, kind: string, changes: Partial<Device> = {}): Device {
  return deviceSchema.parse({ id, kind, name: id, placeId: "b3", createdAt: 0, ...changes });
}

export function personOf(id: string, changes: Partial<Person> = {}): Person {
  return personSchema.parse({ id, name: id, grants: [], createdAt: 0, ...changes });
}

export interface TestWorld {
  readonly arrangements?: Partial<World["arrangements"]>;
  readonly people?: readonly Person[];
  readonly places?: readonly Place[];
  readonly devices?: readonly Device[];
  readonly rules?: readonly Rule[];
  readonly timeZone?: string;
  readonly publicUrl?: string;
}

/** A world made of what a test names; the rest is empty. */
export function worldOf(given: TestWorld): World {
  const places = new Map((given.places ?? PLACES).map((place) => [place.id, place]));
  const devices = new Map((given.devices ?? []).map((device) => [device.id, device]));
  const isBelow = (placeId: string | null, above: string): boolean =>
    placeId !== null && (placeId === above || isBelow(places.get(placeId)?.parentId ?? null, above));
  return {
    arrangements: { ...NO_ARRANGEMENTS, ...given.arrangements },
    people: new Map((given.people ?? []).map((person) => [person.id, person])),
    places,
    device: (id) => devices.get(id),
    childrenOf: (id) => [...devices.values()].filter(({ gatewayId }) => gatewayId === id).map((device) => device.id),
    devicesAt: (id) => [...devices.values()].filter(({ placeId }) => isBelow(placeId, id)).map((device) => device.id),
    rule: (id) => given.rules?.find((rule) => rule.id === id),
    timeZone: given.timeZone ?? "Asia/Shanghai",
    publicUrl: given.publicUrl,
    reaches: (type) => (ROOMS.has(type) ? "room" : type === "webhook" ? "program" : "person"),
  };
}
