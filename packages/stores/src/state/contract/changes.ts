import { describe, expect, it } from "vitest";
import type { StateStore } from "../port.ts";
import { at, author, device, NOW, person, plant, refusal, sha256 } from "./fixtures.ts";

export function changesContract(store: () => StateStore): void {
  const say = (id: string, time: number) => store().changes.announce("platform", id, { id }, time);

  describe("the changes feed", () => {
    it("tells each change once, in order, from wherever one asks", async () => {
      const { changes } = store();
      expect(await changes.latest()).toBe(0);
      expect(await changes.since(0, 10)).toEqual({ changes: [], reset: false });
      for (const id of ["a", "b", "c"]) await say(id, NOW);
      const first = await changes.since(0, 2);
      expect(first.changes.map((change) => change.id)).toEqual(["a", "b"]);
      expect(first.changes[0]).toEqual({ seq: 1, at: NOW, topic: "platform", id: "a", data: { id: "a" } });
      const rest = await changes.since(first.changes[1]?.seq ?? 0, 10);
      expect(rest.changes.map((change) => change.id)).toEqual(["c"]);
      expect(await changes.since(await changes.latest(), 10)).toEqual({ changes: [], reset: false });
    });

    it("asks for a reload when what was missed is forgotten, or the store was replaced", async () => {
      const { changes } = store();
      for (let minute = 0; minute < 5; minute += 1) await say(`m${minute}`, NOW + minute);
      await changes.trim(NOW + 3);
      expect(await changes.since(2, 10)).toEqual({ changes: [], reset: true });
      expect((await changes.since(3, 10)).changes.map((change) => change.id)).toEqual(["m3", "m4"]);
      expect(await changes.since(99, 10)).toEqual({ changes: [], reset: true });
      await changes.trim(NOW + 99);
      expect(await changes.latest()).toBe(5);
      expect(await changes.since(5, 10)).toEqual({ changes: [], reset: false });
      expect((await changes.since(3, 10)).reset).toBe(true);
    });

    it("says who is affected by a change of the registry", async () => {
      const { registry, access, changes } = store();
      await plant(store());
      await access.putPerson(person("li"), author);
      const start = await changes.latest();
      await registry.createDevice(device("l1"), author);
      const { id } = await registry.issueCredential("l1", sha256("t"), null, author);
      await registry.updateDevice("l1", 1, { placeId: "w1" }, author);
      await registry.retireDevice("l1", at(NOW + 1));
      const told = (await changes.since(start, 100)).changes.map((change) => [change.topic, change.id, change.data]);
      expect(told).toEqual([
        ["device", "l1", { action: "create", kind: "elevator", placeId: "b1", version: 1 }],
        ["credential", id, { action: "issue", deviceId: "l1" }],
        ["device", "l1", { action: "update", kind: "elevator", placeId: "w1", version: 2 }],
        ["device", "l1", { action: "retire", kind: "elevator", placeId: "w1", version: 3 }],
        ["credential", id, { action: "revoke", deviceId: "l1" }],
      ]);
    });

    it("tells nothing of what was refused", async () => {
      const { registry, changes } = store();
      await plant(store());
      const start = await changes.latest();
      await refusal(registry.createDevice(device("l1", { placeId: "nowhere" }), author), "invalid");
      expect(await changes.latest()).toBe(start);
    });
  });
}
