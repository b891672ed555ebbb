import { type NewDevice, newDeviceSchema, PLACE_PARENTS, type Place, type Problem } from "@linli/model";
import type { Noise } from "../world/noise.ts";
import type { DeviceGroup, PlaceNode, TagPattern } from "./schema.ts";

/** Where in the file something is wrong: a path for the line, and what. */
export interface PathProblem {
  readonly path: readonly (string | number)[];
  readonly problem: Problem;
}

type Words = Readonly<Record<string, string | number>>;

/** Fills `{n}` and its like; repeated letters pad with zeros: `{nn}` → 07. Unknown words stay as they are. */
function fill(pattern: string, words: Words): string {
  return pattern.replaceAll(/\{(\w+)\}/g, (whole, word: string) => {
    if (/^(.)\1+$/.test(word)) {
      const value = words[word[0] === "t" ? "total" : (word[0] ?? "")];
      return value === undefined ? whole : String(value).padStart(word.length, "0");
    }
    return String(words[word] ?? whole);
  });
}

export function expandPlaces(nodes: readonly PlaceNode[], problems: PathProblem[]): Map<string, Place> {
  const places = new Map<string, Place>();

  function add(place: Place, path: readonly (string | number)[]): void {
    const parentLevel = place.parentId === null ? null : (places.get(place.parentId)?.level ?? null);
    if (places.has(place.id)) {
      problems.push({ path, problem: { field: "id", value: place.id, message: "this id is taken by another place" } });
    } else if (!PLACE_PARENTS[place.level].includes(parentLevel)) {
      const message = `a ${place.level} cannot stand under ${parentLevel ?? "nothing"}`;
      problems.push({ path, problem: { field: "level", value: place.level, message } });
    } else {
      places.set(place.id, place);
    }
  }

  function walk(list: readonly PlaceNode[], parentId: string | null, path: readonly (string | number)[]): void {
    for (const [index, node] of list.entries()) {
      const here = [...path, index];
      add({ id: node.id, level: node.level, parentId, name: node.name, order: index }, here);
      for (let n = 1; n <= (node.buildings?.count ?? 0); n++) {
        const { id = "", name = "" } = node.buildings ?? {};
        const building: Place = {
          id: fill(id, { n }),
          level: "building",
          parentId: node.id,
          name: fill(name, { n }),
          order: n,
        };
        add(building, [...here, "buildings"]);
      }
      walk(node.places ?? [], node.id, [...here, "places"]);
    }
  }

  walk(nodes, null, ["places"]);
  return places;
}

function tagOf(pattern: TagPattern, n: number, index: number, words: Words): string | undefined {
  if (typeof pattern === "string") return fill(pattern, words);
  if (Array.isArray(pattern)) return fill(pattern[index % pattern.length] ?? "", words);
  return n === 1 ? fill(pattern.first, words) : undefined;
}

/** The places a group stands at; a place that is missing is a problem. */
function placesOf(
  group: DeviceGroup,
  places: ReadonlyMap<string, Place>,
  report: (field: string, value: unknown, message: string) => void,
): Place[] {
  if (group.each !== undefined) {
    if (!places.has(group.each)) report("each", group.each, "no such place");
    const buildings = [...places.values()].filter(
      (place) => place.level === "building" && place.parentId === group.each,
    );
    return buildings.filter(({ order }) => group.only?.includes(order) ?? true);
  }
  return (group.at ?? []).flatMap((id) => {
    const place = places.get(id);
    if (!place) report("at", id, "no such place");
    return place ? [place] : [];
  });
}

export function expandDevices(
  groups: readonly DeviceGroup[],
  places: ReadonlyMap<string, Place>,
  noise: Noise,
  problems: PathProblem[],
): NewDevice[] {
  const devices = new Map<string, NewDevice>();
  const gateways: { path: (string | number)[]; id: string; device: string }[] = [];

  const compoundOf = (place: Place): Place => {
    const parent = place.level === "compound" || place.parentId === null ? undefined : places.get(place.parentId);
    return parent ? compoundOf(parent) : place;
  };

  for (const [index, group] of groups.entries()) {
    const path = ["devices", index];
    const report = (field: string, value: unknown, message: string) =>
      problems.push({ path: [...path, field], problem: { field, value, message } });
    let total = 0;
    for (const place of placesOf(group, places, report)) {
      for (let n = 1; n <= group.count; n++) {
        total++;
        const compound = compoundOf(place);
        const label = group.labels?.[(n - 1) % group.labels.length] ?? "";
        const words = {
          n,
          total,
          label,
          place: place.id,
          placeName: place.name,
          compound: compound.id,
          compoundName: compound === place ? "" : compound.name,
        };
        const id = fill(group.id, words);
        const tags = Object.entries(group.tags).flatMap(([name, value]) => {
          const text = tagOf(value, n, total - 1, words);
          return text === undefined ? [] : [[name, text] as const];
        });
        // when it was put in place: part of the seed, so that two seeds are two neighbourhoods
        const year = 2021 + noise.int(0, 4, total, index);
        const gatewayId = group.gateway === undefined ? null : fill(group.gateway, words);
        const device = newDeviceSchema.safeParse({
          id,
          kind: group.kind,
          name: fill(group.name, words),
          placeId: place.id,
          gatewayId,
          tags: { ...Object.fromEntries(tags), installed: String(year) },
        });
        if (devices.has(id)) report("id", id, "two devices get this id");
        else if (device.success) devices.set(id, device.data);
        else report("id", id, device.error.issues.map(({ message }) => message).join("; "));
        if (gatewayId !== null) gateways.push({ path: [...path, "gateway"], id: gatewayId, device: id });
      }
    }
  }
  const unknown = gateways.filter(({ id }) => devices.get(id)?.kind !== "gateway");
  for (const { path, id, device } of unknown) {
    problems.push({ path, problem: { field: "gateway", value: id, message: `no such gateway, wanted by ${device}` } });
  }
  return [...devices.values()];
}
