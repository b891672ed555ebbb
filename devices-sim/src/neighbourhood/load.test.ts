import { LinliError } from "@linli/model";
import { expect, it } from "vitest";
import { bundledNeighbourhood, loadNeighbourhood, seedNeighbourhood } from "../app.ts";
import { parseFleet } from "../fleet.ts";

const text = bundledNeighbourhood();
const home = loadNeighbourhood(text, 1);

function problemsOf(yaml: string): string[] {
  try {
    loadNeighbourhood(yaml, 1);
  } catch (error) {
    if (error instanceof LinliError) return error.problems.map(({ field, message }) => `${field}: ${message}`);
    throw error;
  }
  return [];
}

it("has two communities, one with three compounds and 35 buildings, and around 400 devices of all nine kinds", () => {
  const below = (id: string): string[] => [
    id,
    ...home.places.filter(({ parentId }) => parentId === id).flatMap((place) => below(place.id)),
  ];
  const communities = home.places.filter(({ level }) => level === "community");
  expect(communities).toHaveLength(2);
  const wanghu = new Set(below("wanghu"));
  expect(home.places.filter(({ id, level }) => level === "compound" && wanghu.has(id))).toHaveLength(3);
  expect(home.places.filter(({ id, level }) => level === "building" && wanghu.has(id))).toHaveLength(35);
  expect(home.devices.length).toBeGreaterThan(370);
  expect(home.devices.length).toBeLessThan(430);
  const counts = Object.fromEntries(
    [...Map.groupBy(home.devices, ({ kind }) => kind)].map(([kind, list]) => [kind, list.length]),
  );
  expect(Object.keys(counts)).toHaveLength(9);
  expect(counts).toMatchObject({ "clinic-kiosk": 2, "medicine-vending-machine": 4, "gym-machine": 14, "gym-room": 2 });
  expect(home.devices.filter(({ tags }) => tags.retrofit === "yes")).toHaveLength(8);
});

it("gives the same neighbourhood for the same seed, and another for another", () => {
  expect(loadNeighbourhood(text, 1)).toEqual(home);
  const other = loadNeighbourhood(text, 2);
  expect(other.devices.map(({ id }) => id)).toEqual(home.devices.map(({ id }) => id));
  expect(other.devices).not.toEqual(home.devices);
});

it("stands every device in a place, and every child under a gateway", () => {
  const places = new Set(home.places.map(({ id }) => id));
  const gateways = new Set(home.devices.filter(({ kind }) => kind === "gateway").map(({ id }) => id));
  for (const device of home.devices) {
    expect(places.has(device.placeId), device.id).toBe(true);
    expect(device.gatewayId === null || gateways.has(device.gatewayId), device.id).toBe(true);
    expect(`${device.id} ${device.name}`).not.toMatch(/[{}]/);
  }
});

it("names every problem with its line", () => {
  const broken = text
    .replace("kind: gym-room", "kind: gym-rooom")
    .replace("each: wutong\n    only", "each: nowhere\n    only")
    .replace("gateway: gw-lift-jiangyue", "gateway: gw-lift-moon");
  const lineOf = (needle: string) => broken.split("\n").findIndex((line) => line.includes(needle)) + 1;
  const problems = problemsOf(broken);
  expect(problems).toContain(`line ${lineOf("gym-rooom")}, kind: no such kind of device`);
  expect(problems).toContain(`line ${lineOf("each: nowhere")}, each: no such place`);
  expect(problems.join("\n")).toContain(`line ${lineOf("gw-lift-moon")}, gateway: no such gateway`);
});

it("says where the shape is wrong", () => {
  const broken = text.replace("latitude: 30.27", "latitude: north");
  const line = broken.split("\n").findIndex((content) => content.includes("north")) + 1;
  expect(problemsOf(broken)[0]).toMatch(new RegExp(`^line ${line}, site\\.latitude: `));
  expect(problemsOf("name: [")[0]).toMatch(/^line \d+: /);
});

it("gives tokens to those who log in themselves, and only their hashes to the registry", () => {
  let count = 0;
  const seeding = seedNeighbourhood(home.places, home.devices, () => `token-${++count}`, { seed: 7, site: home.site });
  const own = home.devices.filter(({ gatewayId }) => gatewayId === null);
  expect(seeding.batch.tokenHashes.size).toBe(own.length);
  expect(seeding.fleet.devices.filter(({ token }) => token !== null).map(({ id }) => id)).toEqual(
    own.map(({ id }) => id),
  );
  expect(parseFleet(JSON.stringify(seeding.fleet), "fleet.json")).toEqual(seeding.fleet);
});
