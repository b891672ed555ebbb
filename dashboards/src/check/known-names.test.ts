import { DEVICE_KINDS, type DeviceKind } from "@linli/model";
import { expect, test } from "vitest";
import { boardsIn } from "../boards/index.ts";
import { LANGUAGES } from "../language.ts";
import { type BoardQuery, everyQuery } from "../run/board-queries.ts";
import { namedIn } from "./influxql-names.ts";
import { nameCheck } from "./known-names.ts";

const queries = LANGUAGES.flatMap((language) => boardsIn(language)).flatMap(everyQuery);

function asked(text: string, source: BoardQuery["source"] = "raw"): string[] {
  return nameCheck()({ name: "q", source, text, rows: 1 });
}

/** The kinds with one point of one of them under another name. */
function renamed(id: string, from: string, to: string): DeviceKind[] {
  return [...DEVICE_KINDS.values()].map((kind) => {
    if (kind.id !== id) return kind;
    const points = Object.entries(kind.points).map(([name, point]) => [name === from ? to : name, point] as const);
    return { ...kind, points: Object.fromEntries(points) };
  });
}

test("every query of every board names what the model has", () => {
  expect(queries.length).toBeGreaterThan(600);
  expect(queries.flatMap(nameCheck())).toEqual([]);
});

test.each([
  ["elevator", "motorTemperature"],
  ["elevator", "vibrationRms.{axis}"],
  ["medicine-vending-machine", "compartment.{id}.temperature"],
  ["streetlight", "energyActive"],
])("a point of %s under another name is found: %s", (kind, point) => {
  const problems = queries.flatMap(nameCheck(renamed(kind, point, "renamed")));
  expect(problems.length).toBeGreaterThan(1);
  expect(problems.join()).toContain(kind);
});

test("a kind under another name is found", () => {
  const kinds = [...DEVICE_KINDS.values()].filter(({ id }) => id !== "camera");
  expect(queries.flatMap(nameCheck(kinds)).join()).toContain("no measurement camera");
});

test("says what is not there, wherever it stands", () => {
  expect(asked(`SELECT mean("carLoad") FROM "elevator" WHERE "street" =~ /^x$/`)).toEqual([
    "q: no field or tag street in elevator",
  ]);
  expect(asked(`SELECT mean(/^gone\\.[a-z]+$/) FROM "elevator"`)).toHaveLength(1);
  expect(asked(`SELECT max("x") FROM (SELECT last("gone") AS "x" FROM "elevator" GROUP BY "device")`)).toEqual([
    "q: no field or tag gone in elevator",
  ]);
  expect(asked(`SELECT sum("carLoad:sum") / sum("carLoad:total") FROM "elevator_1h"`, "hours")).toEqual([
    "q: no field or tag carLoad:total in elevator_1h",
  ]);
  expect(asked(`SELECT last("carLoad:max") FROM "elevator_1h"`)).toEqual(["q: elevator_1h does not stand in raw"]);
});

test("what cannot be read is refused", () => {
  expect(() => namedIn(`SELECT mean("a" FROM "b"`)).toThrow(SyntaxError);
  expect(() => namedIn(`SELECT mean("a")`)).toThrow(SyntaxError);
});
