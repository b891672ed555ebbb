import { describe, expect, it } from "vitest";
import type { StateStore } from "../port.ts";
import { ALL, at, author, device, everyPage, NOW, plant, refusal, sha256 } from "./fixtures.ts";

export function devicesContract(store: () => StateStore): void {
  const found = async (filter: Parameters<StateStore["registry"]["devices"]>[0]) => {
    const page = await store().registry.devices(filter, ALL);
    expect(page.total).toBe(page.items.length);
    return page.items.map((one) => one.id);
  };

  describe("devices", () => {
    it("come back as they were given", async () => {
      await plant(store());
      const given = device("lift-1", {
        units: { speed: "m/min" },
        extraPoints: { vibration: { type: "number", unit: "Hz", label: { zh: "振动", en: "Vibration" } } },
        offlineAfterMs: 90_000,
        tags: { maintainer: "奥的斯" },
      });
      const created = await store().registry.createDevice(given, author);
      expect(created).toEqual({ ...given, version: 1, createdAt: NOW, retiredAt: null });
      expect(await store().registry.device("lift-1")).toEqual(created);
      expect(await store().registry.allDevices()).toEqual([created]);
      expect(await store().registry.device("lift-2")).toBeUndefined();
    });

    it("are refused at an unknown place, behind what is no gateway, or with a taken id", async () => {
      const { registry } = store();
      await plant(store());
      await registry.createDevice(device("gw", { kind: "gateway" }), author);
      await registry.createDevice(device("lift-1", { gatewayId: "gw" }), author);
      const create = (one: Parameters<typeof registry.createDevice>[0]) => registry.createDevice(one, author);
      expect(await refusal(create(device("x", { placeId: "nowhere" })), "invalid")).toContain("nowhere");
      expect(await refusal(create(device("x", { gatewayId: "none" })), "invalid")).toContain("none");
      expect(await refusal(create(device("x", { gatewayId: "lift-1" })), "invalid")).toContain("not a gateway");
      expect(await refusal(create(device("x", { kind: "gateway", gatewayId: "gw" })), "invalid")).toContain("another");
      expect(await refusal(create(device("lift-1")), "conflict")).toContain("exists already");
      expect(await found({})).toEqual(["gw", "lift-1"]);
    });

    it("are edited on the version that was seen, or not at all", async () => {
      const { registry } = store();
      await plant(store());
      await registry.createDevice(device("lift-1", { tags: { a: "1" } }), author);
      const moved = await registry.updateDevice("lift-1", 1, { placeId: "w1", name: "West" }, author);
      expect(moved).toMatchObject({ placeId: "w1", name: "West", tags: { a: "1" }, version: 2 });
      expect(await refusal(registry.updateDevice("lift-1", 1, { name: "Late" }, author), "conflict")).toContain("2");
      await refusal(registry.updateDevice("lift-1", 2, { placeId: "nowhere" }, author), "invalid");
      await refusal(registry.updateDevice("lift-1", 2, { id: "lift-9" }, author), "invalid");
      await refusal(registry.updateDevice("lift-9", 1, {}, author), "not-found");
      expect(await registry.device("lift-1")).toEqual(moved);
    });

    it("stay a gateway while others are behind them", async () => {
      const { registry } = store();
      await plant(store());
      await registry.createDevice(device("gw", { kind: "gateway" }), author);
      await registry.createDevice(device("lift-1", { gatewayId: "gw" }), author);
      const change = registry.updateDevice("gw", 1, { kind: "elevator" }, author);
      expect(await refusal(change, "invalid")).toContain("lift-1");
    });

    it("lose their credentials when retired, and keep their id for their history", async () => {
      const { registry } = store();
      await plant(store());
      await registry.createDevice(device("lift-1"), author);
      await registry.issueCredential("lift-1", sha256("t"), null, author);
      await registry.retireDevice("lift-1", at(NOW + 5));
      expect(await registry.device("lift-1")).toMatchObject({ retiredAt: NOW + 5, version: 2 });
      expect(await registry.credentials()).toEqual([]);
      expect(await registry.credentials("lift-1")).toMatchObject([{ revokedAt: NOW + 5 }]);
      const again = await refusal(registry.createDevice(device("lift-1"), author), "conflict");
      expect(again).toContain("was retired on 2026-06-01");
      await refusal(registry.updateDevice("lift-1", 2, { name: "x" }, author), "conflict");
      await refusal(registry.issueCredential("lift-1", sha256("u"), null, author), "conflict");
      await refusal(registry.retireDevice("nobody", author), "not-found");
      expect(await found({ retired: false })).toEqual([]);
      expect(await found({ retired: true })).toEqual(["lift-1"]);
    });

    it("are found by id, name or tag, whatever the case and the script", async () => {
      const { registry } = store();
      await plant(store());
      await registry.createDevice(device("Lift-A", { name: "北门电梯" }), author);
      await registry.createDevice(device("lamp_1", { name: "100% LED", tags: { maintainer: "Ünal" } }), author);
      await registry.createDevice(
        device("lamp-1", { name: "ＦＵＬＬ width", tags: { "rescue-code": "0571" } }),
        author,
      );
      expect(await found({ search: "LIFT" })).toEqual(["Lift-A"]);
      expect(await found({ search: "门电" })).toEqual(["Lift-A"]);
      expect(await found({ search: "üNAL" })).toEqual(["lamp_1"]);
      expect(await found({ search: "0571" })).toEqual(["lamp-1"]);
      expect(await found({ search: "full" })).toEqual(["lamp-1"]);
      expect(await found({ search: "%" })).toEqual(["lamp_1"]);
      expect(await found({ search: "p_1" })).toEqual(["lamp_1"]);
      expect(await found({ search: "\\" })).toEqual([]);
    });

    it("are found by kind, gateway and anywhere below a place", async () => {
      const { registry } = store();
      await plant(store());
      await registry.createDevice(device("gw", { kind: "gateway", placeId: "east" }), author);
      await registry.createDevice(device("l1", { gatewayId: "gw" }), author);
      await registry.createDevice(device("l2", { placeId: "w1" }), author);
      expect(await found({ kind: "gateway" })).toEqual(["gw"]);
      expect(await found({ gatewayId: "gw" })).toEqual(["l1"]);
      expect(await found({ placeIds: ["street"] })).toEqual(["gw", "l1", "l2"]);
      expect(await found({ placeIds: ["c1"] })).toEqual(["l1"]);
      expect(await found({ placeIds: ["c1", "west"], kind: "elevator" })).toEqual(["l1", "l2"]);
      expect(await found({ placeIds: ["nowhere"] })).toEqual([]);
    });

    it("are hidden from a scope of no place at all", async () => {
      await plant(store());
      await store().registry.createDevice(device("l1"), author);
      expect(await found({ placeIds: [] })).toEqual([]);
    });

    it("come in pages, each once, with the total on each", async () => {
      const { registry } = store();
      await plant(store());
      const ids = Array.from({ length: 23 }, (_, index) => `l${index}`);
      for (const id of ids) await registry.createDevice(device(id), author);
      const first = await registry.devices({ search: "l" }, { limit: 5 });
      expect(first).toMatchObject({ total: 23 });
      const all = await everyPage((page) => registry.devices({ search: "l" }, page), 5);
      expect(all.map((one) => one.id)).toEqual(ids.toSorted());
      await refusal(registry.devices({}, { limit: 5, after: "garbage" }), "invalid");
    });
  });
}
