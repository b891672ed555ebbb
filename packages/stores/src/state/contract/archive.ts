import { describe, expect, it } from "vitest";
import type { ArchiveCommit } from "../archive.ts";
import type { StateStore } from "../port.ts";
import { ALL, author, event, everyPage, letter, NOW, refusal } from "./fixtures.ts";

const NO_COUNTS = { written: 0, rejected: 0, conflicts: 0 };

function commit(n: number, more: Partial<ArchiveCommit> = {}): ArchiveCommit {
  return { position: `p${n}`, sequence: n, events: [], deadLetters: [], counts: NO_COUNTS, ...more };
}

/** `bounded` opens another store that keeps no more dead letters than that. */
export function archiveContract(
  store: () => StateStore,
  bounded: (bounds: { deadLettersMax: number } | { deadLettersMaxBytes: number }) => Promise<StateStore>,
): void {
  describe("archive", () => {
    it("adds up its counts and remembers how far it is", async () => {
      const { archive } = store();
      expect(await archive.totals()).toMatchObject({ position: "", sequence: 0, written: 0, deadLetters: 0 });
      await archive.commit(commit(1, { counts: { written: 3, rejected: 1, conflicts: 0 }, memory: '{"a":1}' }));
      await archive.commit(commit(2, { counts: { written: 4, rejected: 0, conflicts: 2 } }));
      expect(await archive.totals()).toEqual({
        position: "p2",
        sequence: 2,
        written: 7,
        rejected: 1,
        conflicts: 2,
        deadLetters: 0,
        deadLettersDropped: 0,
        memory: '{"a":1}',
      });
    });

    it("stores an event and a letter once, however often the batch comes", async () => {
      const { archive, changes } = store();
      const again = { events: [event("e1", { seq: 4, data: { floor: 3 } }), event("e2")], deadLetters: [letter("x")] };
      await archive.commit(commit(1, again));
      await archive.commit(commit(1, again));
      expect((await archive.events({}, ALL)).items).toEqual([event("e2"), again.events[0]]);
      expect(await archive.totals()).toMatchObject({ deadLetters: 1 });
      expect(await archive.deadLetterCounts()).toEqual({ "not-a-number": 1 });
      const told = (await changes.since(0, 100)).changes.map(({ topic, id }) => `${topic} ${id}`);
      expect(told).toEqual(["event e1", "event e2", "dead-letter "]);
    });

    it("lists events by device, type and time, newest first", async () => {
      const { archive } = store();
      const events = Array.from({ length: 9 }, (_, index) =>
        event(`e${index}`, {
          deviceId: index % 2 ? "l1" : "l2",
          type: index % 3 ? "door" : "entrapment",
          observedAt: NOW + Math.floor(index / 2),
        }),
      );
      await archive.commit(commit(1, { events }));
      const ids = async (filter: Parameters<typeof archive.events>[0]) =>
        (await everyPage((page) => archive.events(filter, page), 2)).map((one) => one.id);
      expect(await ids({})).toEqual(["e8", "e7", "e6", "e5", "e4", "e3", "e2", "e1", "e0"]);
      expect(await ids({ deviceId: "l1" })).toEqual(["e7", "e5", "e3", "e1"]);
      expect(await ids({ type: "entrapment" })).toEqual(["e6", "e3", "e0"]);
      expect(await ids({ from: NOW + 1, to: NOW + 2 })).toEqual(["e3", "e2"]);
      expect(await archive.events({ deviceId: "l1" }, { limit: 1 })).toMatchObject({ total: 4 });
    });

    it("forgets events from before a moment, however many, and none after", async () => {
      const { archive } = store();
      const old = Array.from({ length: 1_500 }, (_, index) => event(`old${index}`, { observedAt: NOW - 1 - index }));
      await archive.commit(commit(1, { events: [...old, event("kept", { observedAt: NOW })] }));
      await archive.trimEvents(NOW);
      expect((await archive.events({}, ALL)).items.map((one) => one.id)).toEqual(["kept"]);
    });

    it("stores a batch of thousands, and tells a flood as a number", async () => {
      const { archive, changes } = store();
      const events = Array.from({ length: 2_300 }, (_, index) => event(`e${index}`));
      await archive.commit(commit(1, { events, deadLetters: [letter("x")] }));
      expect((await archive.events({}, { limit: 1 })).total).toBe(2_300);
      const told = (await changes.since(0, 1_000)).changes.filter((change) => change.topic === "event");
      expect(told.map((change) => change.data)).toEqual([{ added: 1_000 }, { added: 1_000 }, { added: 300 }]);
    });
  });

  describe("dead letters", () => {
    it("keep their bytes, are listed without them, and are marked when replayed", async () => {
      const { archive } = store();
      await archive.commit(commit(1, { deadLetters: [letter("x"), letter("y")] }));
      const { payload, ...rest } = letter("x");
      expect((await archive.deadLetters({}, ALL)).items).toEqual([{ ...rest, id: "y" }, rest]);
      expect(Buffer.from((await archive.deadLetter("x"))?.payload ?? [])).toEqual(payload);
      expect(await archive.deadLetter("z")).toBeUndefined();
      await archive.markReplayed(["x"], author);
      expect(await archive.deadLetter("x")).toMatchObject({ replayedAt: NOW });
      expect((await archive.deadLetters({ replayed: true }, ALL)).items).toHaveLength(1);
      await refusal(archive.markReplayed(["y", "z"], author), "not-found");
      expect(await archive.deadLetter("y")).toMatchObject({ replayedAt: null });
    });

    it("are found by reason, device, time and text", async () => {
      const { archive } = store();
      await archive.commit(
        commit(1, {
          deadLetters: [
            letter("a"),
            letter("b", { reason: "not-json", field: "", value: "50%" }),
            letter("c", { principal: "gw", topic: "linli/v1/devices/cam-1/telemetry", receivedAt: NOW + 9 }),
            letter("d", { principal: "cam-1", topic: "v1/devices/me/telemetry", value: "Übel" }),
          ],
        }),
      );
      const ids = async (filter: Parameters<typeof archive.deadLetters>[0]) => {
        const page = await archive.deadLetters(filter, ALL);
        expect(page.total).toBe(page.items.length);
        return page.items.map((one) => one.id);
      };
      expect(await ids({ reason: "not-json" })).toEqual(["b"]);
      expect(await ids({ deviceId: "cam-1" })).toEqual(["d", "c"]);
      expect(await ids({ from: NOW + 9 })).toEqual(["c"]);
      expect(await ids({ to: NOW + 9, reason: "not-a-number" })).toEqual(["d", "a"]);
      expect(await ids({ search: "CAM-1" })).toEqual(["d", "c"]);
      expect(await ids({ search: "%" })).toEqual(["b"]);
      expect(await ids({ replayed: false, search: "speed" })).toEqual(["d", "c", "a"]);
      expect((await everyPage((page) => archive.deadLetters({}, page), 3)).map((one) => one.id)).toEqual([
        "d",
        "c",
        "b",
        "a",
      ]);
    });

    it("are bounded: the oldest go, and are counted", async () => {
      const { archive } = await bounded({ deadLettersMax: 5 });
      const reasons = ["not-json", "empty"] as const;
      const letters = Array.from({ length: 8 }, (_, n) =>
        letter(`x${n}`, { reason: reasons[n < 2 ? 0 : 1] ?? "empty" }),
      );
      await archive.commit(commit(1, { deadLetters: letters.slice(0, 4) }));
      await archive.commit(commit(2, { deadLetters: letters.slice(4) }));
      const page = await archive.deadLetters({}, ALL);
      expect(page.items.map((one) => one.id)).toEqual(["x7", "x6", "x5", "x4", "x3"]);
      expect(page.total).toBe(5);
      expect(await archive.totals()).toMatchObject({ deadLetters: 5, deadLettersDropped: 3 });
      expect(await archive.deadLetterCounts()).toEqual({ empty: 5 });
    });

    it("are bounded in bytes: large ones do not fill the disk", async () => {
      const { archive } = await bounded({ deadLettersMaxBytes: 1_000 });
      const sized = (id: string, bytes: number) => letter(id, { payload: Buffer.alloc(bytes, "x") });
      await archive.commit(commit(1, { deadLetters: [sized("a", 400), sized("b", 10), sized("c", 400)] }));
      await archive.commit(commit(2, { deadLetters: [sized("d", 590)] }));
      const ids = async () => (await archive.deadLetters({}, ALL)).items.map((one) => one.id);
      expect(await ids()).toEqual(["d", "c", "b"]);
      await archive.commit(commit(3, { deadLetters: [sized("e", 10)] }));
      expect(await ids()).toEqual(["e", "d", "c"]);
      expect(await archive.totals()).toMatchObject({ deadLetters: 3, deadLettersDropped: 2 });
    });
  });
}
