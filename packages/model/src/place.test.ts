import { describe, expect, it } from "vitest";
import { PLACE_LEVELS, PLACE_PARENTS, type PlaceLevel, placeSchema } from "./place.ts";

describe("place levels", () => {
  it("stand only under coarser levels", () => {
    for (const level of PLACE_LEVELS) {
      for (const parent of PLACE_PARENTS[level]) {
        if (parent !== null) expect(PLACE_LEVELS.indexOf(parent)).toBeLessThan(PLACE_LEVELS.indexOf(level));
      }
    }
  });

  it("all lead up to the one root, the subdistrict", () => {
    const roots = PLACE_LEVELS.filter((level) => PLACE_PARENTS[level].includes(null));
    expect(roots).toEqual(["subdistrict"]);
    const rootOf = (level: PlaceLevel): PlaceLevel => {
      const parent = PLACE_PARENTS[level][0];
      return parent === null || parent === undefined ? level : rootOf(parent);
    };
    expect(PLACE_LEVELS.map(rootOf)).toEqual(PLACE_LEVELS.map(() => "subdistrict"));
  });

  it.each<[PlaceLevel, PlaceLevel]>([
    ["floor", "building"],
    ["floor", "unit"],
    ["building", "community"],
    ["space", "compound"],
  ])("a %s may stand directly under a %s", (level, parent) => {
    expect(PLACE_PARENTS[level]).toContain(parent);
  });
});

describe("placeSchema", () => {
  it("trims the name and gives an order", () => {
    const place = { id: "b-3", level: "building", parentId: "c-1", name: " 3 幢 " };
    expect(placeSchema.parse(place)).toEqual({ ...place, name: "3 幢", order: 0 });
  });

  it.each([{ name: " " }, { level: "city" }, { id: "a/b" }, { colour: "red" }])("refuses %j", (wrong) => {
    const place = { id: "b-3", level: "building", parentId: null, name: "3", ...wrong };
    expect(placeSchema.safeParse(place).success).toBe(false);
  });
});
