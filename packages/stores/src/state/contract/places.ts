import { describe, expect, it } from "vitest";
import type { StateStore } from "../port.ts";
import { author, device, place, plant, refusal } from "./fixtures.ts";

export function placesContract(store: () => StateStore): void {
  describe("places", () => {
    it("are kept as given and can be renamed and moved", async () => {
      await plant(store());
      await store().registry.putPlace({ ...place("b2", "building", "west"), name: "Tower 2" }, author);
      const b2 = (await store().registry.places()).find((one) => one.id === "b2");
      expect(b2).toEqual({ id: "b2", level: "building", parentId: "west", name: "Tower 2", order: 0 });
      expect(await store().registry.places()).toHaveLength(7);
    });

    it("stand only under a level above them", async () => {
      await plant(store());
      const put = (id: string, level: Parameters<typeof place>[1], parentId: string | null) =>
        refusal(store().registry.putPlace(place(id, level, parentId), author), "invalid");
      expect(await put("x", "building", "street")).toContain("street");
      expect(await put("x", "community", null)).toContain("root");
      expect(await put("x", "floor", "nowhere")).toContain("nowhere");
      expect(await put("b1", "building", "b1")).toContain("below itself");
      expect(await put("east", "community", "c1")).toContain("c1");
    });

    it("keep a level that what is below them can stand under", async () => {
      await plant(store());
      const asUnit = store().registry.putPlace(place("c1", "building", "east"), author);
      expect(await refusal(asUnit, "invalid")).toContain("b1");
    });

    it("are removed only when nothing is in them", async () => {
      const { registry } = store();
      await plant(store());
      await registry.createDevice(device("lift-1"), author);
      expect(await refusal(registry.removePlace("c1", author), "conflict")).toContain("b1");
      expect(await refusal(registry.removePlace("b1", author), "conflict")).toContain("lift-1");
      await refusal(registry.removePlace("nowhere", author), "not-found");
      await registry.removePlace("b2", author);
      expect((await registry.places()).map((one) => one.id)).not.toContain("b2");
    });
  });
}
