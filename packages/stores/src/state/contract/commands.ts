import { beforeEach, describe, expect, it } from "vitest";
import type { StateStore } from "../port.ts";
import { at, author, device, everyPage, NOW, plant, refusal } from "./fixtures.ts";

const LATER = NOW + 60_000;

export function commandsContract(store: () => StateStore): void {
  const order = (id: string, deviceId = "l1", expiresAt = LATER) =>
    store().commands.create({ id, deviceId, name: "restart", args: { hard: true }, expiresAt }, author);
  const waiting = async (now: number, deviceId?: string) =>
    (await store().commands.undelivered(now, deviceId)).map((one) => one.id);

  describe("commands", () => {
    beforeEach(async () => {
      await plant(store());
      for (const id of ["l1", "l1-b"]) await store().registry.createDevice(device(id), author);
    });

    it("wait for their device in the order they were given, until they expire", async () => {
      await order("c3");
      await order("c1");
      await order("x1", "l1-b");
      await order("c2", "l1", NOW + 10);
      expect(await waiting(NOW, "l1")).toEqual(["c3", "c1", "c2"]);
      expect(await waiting(NOW, "l1-b")).toEqual(["x1"]);
      expect(await waiting(NOW)).toEqual(["c3", "c1", "x1", "c2"]);
      expect(await waiting(NOW + 10, "l1")).toEqual(["c3", "c1"]);
    });

    it("are sent again after a reconnect, under the same id, until answered", async () => {
      const { commands } = store();
      const created = await order("c1");
      expect(created).toMatchObject({ state: "pending", createdBy: "wang", args: { hard: true }, sentAt: null });
      await commands.markSent(["c1"], NOW + 1);
      expect(await commands.command("c1")).toMatchObject({ state: "sent", sentAt: NOW + 1 });
      expect(await waiting(NOW + 2, "l1")).toEqual(["c1"]);
      expect(await commands.answer("c1", "l1", true, "done so", NOW + 3)).toBe(true);
      const answered = { state: "done", ok: true, detail: "done so", answeredAt: NOW + 3 };
      expect(await commands.command("c1")).toMatchObject(answered);
      expect(await waiting(NOW + 4, "l1")).toEqual([]);
      await commands.markSent(["c1"], NOW + 5);
      expect(await commands.command("c1")).toMatchObject(answered);
    });

    it("take one answer, from their own device", async () => {
      const { commands } = store();
      await order("c1");
      expect(await commands.answer("c1", "l1-b", true, null, NOW)).toBe(false);
      expect(await commands.answer("none", "l1", true, null, NOW)).toBe(false);
      expect(await commands.answer("c1", "l1", false, "door open", NOW + 1)).toBe(true);
      expect(await commands.answer("c1", "l1", true, null, NOW + 2)).toBe(false);
      expect(await commands.command("c1")).toMatchObject({ state: "failed", ok: false, detail: "door open" });
    });

    it("can be cancelled while open, and expire", async () => {
      const { commands } = store();
      await order("c1");
      await order("c2", "l1", NOW + 10);
      await commands.cancel("c1", at(NOW + 1));
      await refusal(commands.cancel("c1", author), "conflict");
      await refusal(commands.cancel("none", author), "not-found");
      expect(await commands.expire(NOW + 9)).toBe(0);
      expect(await commands.expire(NOW + 10)).toBe(1);
      expect(await commands.expire(NOW + 10)).toBe(0);
      expect([(await commands.command("c1"))?.state, (await commands.command("c2"))?.state]).toEqual([
        "cancelled",
        "expired",
      ]);
      expect(await commands.answer("c2", "l1", true, null, NOW + 11)).toBe(false);
    });

    it("are refused for an unknown or retired device, or with a taken id", async () => {
      await order("c1");
      await refusal(order("c1"), "conflict");
      await refusal(order("c2", "nobody"), "not-found");
      await store().registry.retireDevice("l1", author);
      await refusal(order("c3"), "conflict");
    });

    it("are listed newest first, and each step is told", async () => {
      const { commands, changes } = store();
      const start = await changes.latest();
      for (const id of ["c1", "c2", "c3"]) await order(id);
      await commands.markSent(["c1"], NOW + 1);
      await commands.answer("c1", "l1", true, null, NOW + 2);
      await commands.cancel("c2", author);
      await commands.expire(LATER);
      const listed = await everyPage((page) => commands.list("l1", page), 2);
      expect(listed.map((one) => one.id)).toEqual(["c3", "c2", "c1"]);
      const told = (await changes.since(start, 100)).changes.map(({ id, data }) => [
        id,
        (data as { state: string }).state,
      ]);
      expect(told).toEqual([
        ["c1", "pending"],
        ["c2", "pending"],
        ["c3", "pending"],
        ["c1", "sent"],
        ["c1", "done"],
        ["c2", "cancelled"],
        ["c3", "expired"],
      ]);
    });
  });
}
