import { describe, expect, it } from "vitest";
import { HISTORY_START } from "../history.ts";
import type { StateStore } from "../port.ts";
import type { Transition } from "../watch.ts";
import { event, NOW } from "./fixtures.ts";

const counts = { written: 0, rejected: 0, conflicts: 0 };

function transition(n: number): Transition {
  return { key: `connection:l1:${n}`, type: "connection", deviceId: "l1", at: NOW - n, data: { to: "offline" } };
}

async function fill({ archive, watch, leases }: StateStore): Promise<void> {
  // committed in the order of their arrival, whatever the device's clock says
  const events = [event("e1", { observedAt: NOW, data: { floor: 3 } }), event("e2", { observedAt: NOW - 9_000 })];
  await archive.commit({ position: "p1", sequence: 1, events, deadLetters: [], counts });
  await archive.commit({ position: "p2", sequence: 2, events: [event("e0")], deadLetters: [], counts });
  const epoch = await leases.acquire("watch", "test", NOW, 1_000);
  const transitions = [1, 2, 3].map(transition);
  const checkpoint = { position: "p", sequence: 1, time: NOW, memory: "" };
  await watch.commit({ checkpoint, states: [], transitions, rules: [] }, epoch);
}

export function historyContract(store: () => StateStore): void {
  describe("history", () => {
    it("is followed in the order in which it was committed, piece by piece", async () => {
      await fill(store());
      const { history } = store();
      const first = await history.after(HISTORY_START, 2);
      expect(first.events).toMatchObject([{ id: "e1", data: { floor: 3 } }, { id: "e2" }]);
      expect(first.transitions).toEqual([transition(1), transition(2)]);
      const second = await history.after(first.next, 2);
      expect(second.events.map(({ id }) => id)).toEqual(["e0"]);
      expect(second.transitions).toEqual([transition(3)]);
      expect(await history.after(second.next, 2)).toEqual({ events: [], transitions: [], next: second.next });
    });

    it("keeps the place of each follower", async () => {
      const { history } = store();
      expect(await history.position("a")).toEqual(HISTORY_START);
      await history.moveTo("a", { event: 3, transition: 1 });
      await history.moveTo("a", { event: 3, transition: 2 });
      await history.moveTo("b", { event: 0, transition: 9 });
      expect(await history.position("a")).toEqual({ event: 3, transition: 2 });
      expect(await history.position("b")).toEqual({ event: 0, transition: 9 });
    });

    it("has an end, behind all that was committed", async () => {
      const { history } = store();
      expect(await history.end()).toEqual(HISTORY_START);
      await fill(store());
      expect(await history.end()).toEqual((await history.after(HISTORY_START, 100)).next);
    });

    it("skips nothing new after all of the old was forgotten", async () => {
      await fill(store());
      const { history, archive, watch } = store();
      const { next } = await history.after(HISTORY_START, 100);
      await archive.trimEvents(NOW + 1);
      await watch.trimTransitions(NOW + 1);
      await archive.commit({ position: "p3", sequence: 3, events: [event("new")], deadLetters: [], counts });
      expect((await history.after(next, 100)).events.map(({ id }) => id)).toEqual(["new"]);
    });
  });
}
