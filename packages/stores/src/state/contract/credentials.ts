import { describe, expect, it } from "vitest";
import type { StateStore } from "../port.ts";
import { at, author, device, NOW, place, plant, refusal, sha256 } from "./fixtures.ts";

export function credentialsContract(store: () => StateStore): void {
  describe("credentials", () => {
    it("are issued, kept as a hash, and end when revoked", async () => {
      const { registry } = store();
      await plant(store());
      await registry.createDevice(device("lift-1"), author);
      const issued = await registry.issueCredential("lift-1", sha256("t"), NOW + 1_000, author);
      expect(issued).toMatchObject({ deviceId: "lift-1", type: "token", expiresAt: NOW + 1_000, revokedAt: null });
      const [stored] = await registry.credentials();
      expect(Buffer.from(stored?.hash ?? [])).toEqual(sha256("t"));
      await registry.revokeCredential(issued.id, at(NOW + 1));
      expect(await registry.credentials()).toEqual([]);
      expect(await registry.credentials("lift-1")).toMatchObject([{ id: issued.id, revokedAt: NOW + 1 }]);
      await refusal(registry.revokeCredential("none", author), "not-found");
      await refusal(registry.issueCredential("none", sha256("u"), null, author), "not-found");
    });

    it("never share a token, not even one that was revoked", async () => {
      const { registry } = store();
      await plant(store());
      await registry.createDevice(device("lift-1"), author);
      await registry.createDevice(device("lift-2"), author);
      const { id } = await registry.issueCredential("lift-1", sha256("t"), null, author);
      await refusal(registry.issueCredential("lift-2", sha256("t"), null, author), "conflict");
      await registry.revokeCredential(id, author);
      await refusal(registry.issueCredential("lift-2", sha256("t"), null, author), "conflict");
    });

    it("are rotated: the new one works, the old ones end at the given time or sooner", async () => {
      const { registry } = store();
      await plant(store());
      await registry.createDevice(device("lift-1"), author);
      const open = await registry.issueCredential("lift-1", sha256("a"), null, author);
      const short = await registry.issueCredential("lift-1", sha256("b"), NOW + 10, author);
      const fresh = await registry.rotateCredential("lift-1", sha256("c"), NOW + 60_000, author);
      const ends = new Map((await registry.credentials()).map((one) => [one.id, one.expiresAt]));
      expect(ends).toEqual(
        new Map([
          [open.id, NOW + 60_000],
          [short.id, NOW + 10],
          [fresh.id, null],
        ]),
      );
      const last = await registry.rotateCredential("lift-1", sha256("d"), NOW + 100, at(NOW + 100));
      expect((await registry.credentials()).map((one) => one.id)).toEqual([last.id]);
    });
  });

  describe("an import", () => {
    const batch = {
      places: [place("f1", "floor", "b9"), place("b9", "building", "c1")],
      devices: [device("lift-1", { gatewayId: "gw", placeId: "f1" }), device("gw", { kind: "gateway" })],
      tokenHashes: new Map([["lift-1", sha256("brought along")]]),
    };

    it("writes places, devices and tokens in whatever order they come", async () => {
      await plant(store());
      expect(await store().registry.importBatch(batch, author)).toEqual({ places: 2, devices: 2 });
      expect(await store().registry.device("lift-1")).toMatchObject({ gatewayId: "gw", placeId: "f1" });
      expect(await store().registry.credentials("lift-1")).toHaveLength(1);
    });

    it("leaves nothing behind when one line cannot be used", async () => {
      const { registry, changes, access } = store();
      await plant(store());
      const before = [await changes.latest(), (await access.audit({}, { limit: 1 })).total];
      const wrong = { ...batch, devices: [...batch.devices, device("lift-2", { placeId: "nowhere" })] };
      await refusal(registry.importBatch(wrong, author), "invalid");
      expect(await registry.allDevices()).toEqual([]);
      expect(await registry.places()).toHaveLength(7);
      expect([await changes.latest(), (await access.audit({}, { limit: 1 })).total]).toEqual(before);
    });
  });

  it("remembers facts about the data folder", async () => {
    const { registry } = store();
    expect(await registry.meta("demo-seed")).toBeUndefined();
    await registry.setMeta("demo-seed", "1");
    await registry.setMeta("demo-seed", "2");
    expect(await registry.meta("demo-seed")).toBe("2");
  });
}
