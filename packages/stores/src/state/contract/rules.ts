import { describe, expect, it } from "vitest";
import type { StateStore } from "../port.ts";
import { rule } from "./alert-fixtures.ts";
import { ALL, at, author, device, everyPage, NOW, plant, refusal } from "./fixtures.ts";

export function rulesContract(store: () => StateStore): void {
  const standings = async (id: string) =>
    (await store().rules.versions(id, ALL)).items.map(({ version, standing }) => `${version} ${standing}`);

  describe("rules", () => {
    it("keep every version, and who made it, when and why", async () => {
      const { rules } = store();
      const first = rule("fridge.warm");
      expect(await rules.put(first, 0, "a fridge", author)).toEqual({
        rule: first,
        version: 1,
        origin: "person",
        standing: "current",
        changedAt: NOW,
        changedBy: "wang",
        reason: "a fridge",
      });
      for (let n = 1; n <= 5; n += 1) {
        await rules.put(rule("fridge.warm", { params: { limit: n } }), n, `limit ${n}`, at(NOW + n));
      }
      const [current, ...others] = await rules.current();
      expect(others).toEqual([]);
      expect(current).toMatchObject({
        version: 6,
        reason: "limit 5",
        changedAt: NOW + 5,
        rule: { params: { limit: 5 } },
      });
      expect((await rules.version("fridge.warm", 1))?.rule).toEqual(first);
      expect(await rules.version("fridge.warm", 7)).toBeUndefined();
      const all = await everyPage((page) => rules.versions("fridge.warm", page), 2);
      expect(all.map(({ version }) => version)).toEqual([6, 5, 4, 3, 2, 1]);
    });

    it("are not overwritten by an edit of an older version", async () => {
      const { rules } = store();
      await rules.put(rule("fridge.warm"), 0, "", author);
      expect(await refusal(rules.put(rule("fridge.warm"), 0, "", author), "conflict")).toContain("version 1, not 0");
      await refusal(rules.put(rule("fridge.warm"), 2, "", author), "conflict");
      expect(await standings("fridge.warm")).toEqual(["1 current"]);
    });

    it("of life safety change beside the one in force, until the candidate is promoted", async () => {
      const { rules } = store();
      const trap = (limit: number) => rule("lift.trap", { lifeSafety: true, params: { limit } });
      await rules.put(trap(1), 0, "first", author);
      expect(await rules.put(trap(2), 1, "second", author)).toMatchObject({ version: 2, standing: "candidate" });
      // nor does taking the mark off put it in force at once
      await rules.put({ ...trap(3), lifeSafety: false }, 2, "third", author);
      expect(await standings("lift.trap")).toEqual(["3 candidate", "2 past", "1 current"]);
      expect((await rules.current()).map(({ version }) => version)).toEqual([1, 3]);
      await refusal(rules.promote("lift.trap", 2, author), "not-found");
      expect(await rules.promote("lift.trap", 3, author)).toMatchObject({ version: 3, standing: "current" });
      expect(await standings("lift.trap")).toEqual(["3 current", "2 past", "1 past"]);
      await refusal(rules.promote("lift.trap", 3, author), "not-found");
    });

    it("that are removed are in force no more, stay readable, and can be put again", async () => {
      const { rules } = store();
      await rules.put(rule("lift.trap", { lifeSafety: true }), 0, "", author);
      await rules.put(rule("lift.trap"), 1, "", author);
      await rules.remove("lift.trap", "lift is gone", author);
      expect(await rules.current()).toEqual([]);
      expect(await standings("lift.trap")).toEqual(["2 past", "1 past"]);
      await refusal(rules.remove("lift.trap", "", author), "not-found");
      await refusal(rules.promote("lift.trap", 2, author), "not-found");
      expect(await rules.put(rule("lift.trap"), 2, "back", author)).toMatchObject({ version: 3, standing: "current" });
    });

    it("that Linli ships follow the shipped ones, and what a person did stays", async () => {
      const { rules } = store();
      const system = { id: "linli", type: "system", at: NOW } as const;
      const all = ["a.a", "b.b", "c.c", "d.d"].map((id) => rule(id, { lifeSafety: id === "d.d" }));
      expect(await rules.ship(all, system)).toEqual(["a.a", "b.b", "c.c", "d.d"]);
      expect(await rules.ship(all, system)).toEqual([]);
      await rules.put(rule("b.b", { params: { limit: 1 } }), 1, "ours", author);
      await rules.remove("c.c", "not here", author);
      const newer = all.map((one) => ({ ...one, params: { limit: 99 } }));
      expect(await rules.ship(newer, system)).toEqual(["a.a", "d.d"]);
      expect(
        (await rules.current()).map(({ rule: one, version, origin }) => [one.id, version, origin, one.params]),
      ).toEqual([
        ["a.a", 2, "shipped", { limit: 99 }],
        ["b.b", 2, "person", { limit: 1 }],
        ["d.d", 2, "shipped", { limit: 99 }],
      ]);
    });

    it("have other numbers on single devices", async () => {
      const { rules, registry } = store();
      await plant(store());
      await registry.createDevice(device("l1"), author);
      await rules.put(rule("fridge.warm"), 0, "", author);
      const override = { ruleId: "fridge.warm", deviceId: "l1", params: { limit: 9 }, reason: "old seal" };
      await rules.putOverride(override, author);
      await rules.putOverride({ ...override, params: { limit: 10 } }, at(NOW + 1));
      expect(await rules.overrides()).toEqual([
        { ...override, params: { limit: 10 }, changedAt: NOW + 1, changedBy: "wang" },
      ]);
      await refusal(rules.putOverride({ ...override, ruleId: "no.such" }, author), "not-found");
      await refusal(rules.putOverride({ ...override, deviceId: "nobody" }, author), "not-found");
      await rules.putOverride({ ...override, params: {}, reason: "new seal" }, author);
      expect(await rules.overrides()).toEqual([]);
    });

    it("tell each change, and leave a line in the audit log", async () => {
      const { rules, registry, changes, access } = store();
      await plant(store());
      await registry.createDevice(device("l1"), author);
      const start = await changes.latest();
      await rules.put(rule("lift.trap", { lifeSafety: true }), 0, "new", author);
      await rules.put(rule("lift.trap", { lifeSafety: true, params: { limit: 1 } }), 1, "lower", author);
      await rules.promote("lift.trap", 2, author);
      await rules.putOverride({ ruleId: "lift.trap", deviceId: "l1", params: { limit: 2 }, reason: "slow" }, author);
      await rules.remove("lift.trap", "gone", author);
      const told = (await changes.since(start, 100)).changes;
      expect(told.map(({ topic, id, data }) => [topic, id, data])).toEqual([
        ["rule", "lift.trap", { action: "put", version: 1 }],
        ["rule", "lift.trap", { action: "put", version: 2 }],
        ["rule", "lift.trap", { action: "promote", version: 2 }],
        ["rule", "lift.trap", { action: "override", deviceId: "l1" }],
        ["rule", "lift.trap", { action: "remove", version: 2 }],
      ]);
      const lines = (await access.audit({ target: "lift.trap" }, ALL)).items;
      expect(lines.map(({ action, authorId }) => `${action} ${authorId}`)).toEqual([
        "rule.remove wang",
        "rule.override wang",
        "rule.promote wang",
        "rule.put wang",
        "rule.put wang",
      ]);
      expect(lines[0]?.detail).toEqual({ version: 2, reason: "gone" });
      expect(lines[1]?.detail).toEqual({ deviceId: "l1", reason: "slow", params: { limit: { after: 2 } } });
      expect(lines[3]?.detail).toEqual({
        version: 2,
        standing: "candidate",
        reason: "lower",
        rule: { params: { before: { limit: 8 }, after: { limit: 1 } } },
      });
    });
  });
}
