import type { Arrangement } from "@linli/model";
import { NO_ARRANGEMENTS } from "@linli/model";
import { describe, expect, it } from "vitest";
import type { StateStore } from "../port.ts";
import { ALL, at, author, NOW, refusal } from "./fixtures.ts";

function team(id: string, name = "Property"): Arrangement<"team"> {
  return { id, name, role: "property", placeId: null, members: ["li"], desk: false, rooms: [] };
}

function channel(secret: string): Arrangement<"channel"> {
  return { id: "sms", name: "SMS", type: "sms-aliyun", config: { keyId: "k", secret }, enabled: true };
}

export function arrangementsContract(store: () => StateStore): void {
  describe("arrangements", () => {
    it("start empty and are read all at once, each type in order of id", async () => {
      const { arrangements } = store();
      expect(await arrangements.all()).toEqual(NO_ARRANGEMENTS);
      for (const id of ["t2", "t1"]) expect(await arrangements.put("team", team(id), 0, author)).toBe(1);
      await arrangements.put("channel", channel("s"), 0, author);
      expect(await arrangements.all()).toEqual({
        ...NO_ARRANGEMENTS,
        team: [team("t1"), team("t2")],
        channel: [channel("s")],
      });
      expect(await arrangements.get("team", "t1")).toEqual({
        version: 1,
        value: team("t1"),
        changedAt: NOW,
        changedBy: "wang",
      });
      expect(await arrangements.get("rota", "t1")).toBeUndefined();
    });

    it("keep their versions, the removal too, and are not overwritten by an edit of an older one", async () => {
      const { arrangements } = store();
      await arrangements.put("team", team("t1"), 0, author);
      expect(await arrangements.put("team", team("t1", "New"), 1, at(NOW + 1))).toBe(2);
      expect(await refusal(arrangements.put("team", team("t1"), 1, author), "conflict")).toContain("version 2, not 1");
      await refusal(arrangements.put("team", team("t1"), 0, author), "conflict");
      await arrangements.remove("team", "t1", at(NOW + 2));
      expect(await arrangements.get("team", "t1")).toBeUndefined();
      expect((await arrangements.all()).team).toEqual([]);
      await refusal(arrangements.remove("team", "t1", author), "not-found");
      await refusal(arrangements.remove("team", "t9", author), "not-found");
      await refusal(arrangements.put("team", team("t1"), 3, author), "conflict");
      expect(await arrangements.put("team", team("t1"), 0, at(NOW + 3))).toBe(4);
      const versions = await arrangements.versions("team", "t1");
      expect(versions.map(({ version, value, changedAt }) => [version, value?.name ?? null, changedAt])).toEqual([
        [4, "Property", NOW + 3],
        [3, null, NOW + 2],
        [2, "New", NOW + 1],
        [1, "Property", NOW],
      ]);
    });

    it("tell each change and leave a line in the audit log", async () => {
      const { arrangements, changes, access } = store();
      await arrangements.put("team", team("t1"), 0, author);
      await arrangements.put("team", team("t1", "New"), 1, author);
      await arrangements.remove("team", "t1", author);
      expect((await changes.since(0, 10)).changes.map(({ topic, id, data }) => [topic, id, data])).toEqual([
        ["arrangement", "t1", { type: "team", action: "create", version: 1 }],
        ["arrangement", "t1", { type: "team", action: "update", version: 2 }],
        ["arrangement", "t1", { type: "team", action: "remove", version: 3 }],
      ]);
      const lines = (await access.audit({ target: "t1" }, ALL)).items;
      expect(lines.map(({ action }) => action)).toEqual(["team.remove", "team.update", "team.create"]);
      expect(lines[1]?.detail).toEqual({ version: 2, name: { before: "Property", after: "New" } });
    });

    it("never say what a channel's configuration is, and keep no former one", async () => {
      const { arrangements, changes, access } = store();
      await arrangements.put("channel", channel("s3cret-one"), 0, author);
      await arrangements.put("channel", { ...channel("s3cret-two"), name: "Texts" }, 1, author);
      await arrangements.put("channel", { ...channel("s3cret-two"), enabled: false }, 2, author);
      const lines = (await access.audit({ target: "sms" }, ALL)).items;
      expect(lines.map(({ detail }) => detail)).toMatchObject([
        { enabled: { before: true, after: false } },
        { name: { before: "SMS", after: "Texts" }, config: "changed" },
        { config: "changed" },
      ]);
      expect(lines[0]?.detail).not.toHaveProperty("config");
      expect(JSON.stringify([lines, await changes.since(0, 100)])).not.toContain("s3cret");
      const former = (await arrangements.versions("channel", "sms")).slice(1);
      expect(former).toHaveLength(2);
      expect(JSON.stringify(former)).not.toContain("s3cret");
      await arrangements.remove("channel", "sms", author);
      expect(JSON.stringify(await arrangements.versions("channel", "sms"))).not.toContain("s3cret");
    });
  });
}
