import type { Place } from "@linli/model";
import { describe, expect, it } from "vitest";
import { buildPaths, buildTree, placeName } from "./tree.ts";

const place = (id: string, level: Place["level"], parentId: string | null, name: string, order = 0): Place => ({
  id,
  level,
  parentId,
  name,
  order,
});
const PLACES = [
  place("b10", "building", "y", "10 幢"),
  place("b9", "building", "y", "9 幢"),
  place("y", "compound", "c", "南苑"),
  place("c", "community", "s", "利民社区"),
  place("s", "subdistrict", null, "街道"),
];

describe("place tree", () => {
  it("puts children under parents and numbers in their natural order", () => {
    const [root] = buildTree(PLACES);
    const buildings = root?.children[0]?.children[0]?.children.map(({ place }) => place.name);
    expect(buildings).toEqual(["9 幢", "10 幢"]);
  });

  it("shows a place whose parent the viewer may not see as a root", () => {
    expect(buildTree(PLACES.slice(0, 2)).map(({ place }) => place.id)).toEqual(["b9", "b10"]);
  });

  it("names a place in the order of the language", () => {
    const path = buildPaths(PLACES).get("b9");
    expect(placeName(path, "zh-CN")).toBe("南苑 9 幢");
    expect(placeName(path, "en")).toBe("9 幢, 南苑");
    expect(placeName(buildPaths(PLACES).get("c"), "en")).toBe("利民社区");
  });
});
