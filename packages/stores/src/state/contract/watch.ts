import { setImmediate as yieldToOthers } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { HISTORY_START } from "../history.ts";
import type { StateStore } from "../port.ts";
import type { RuleMemory, Transition, WatchCheckpoint } from "../watch.ts";
import { alert, happened } from "./alert-fixtures.ts";
import { NOW, refusal, state } from "./fixtures.ts";

function checkpoint(n: number): WatchCheckpoint {
  return { position: `p${n}`, sequence: n, time: NOW + n, memory: JSON.stringify({ n }) };
}

function transition(deviceId: string, time: number, to: string): Transition {
  return { key: `connection:${deviceId}:${time}`, type: "connection", deviceId, at: time, data: { to } };
}

function memory(device: number, ruleId: string, state: string | null): RuleMemory {
  return { deviceId: `l${device}`, ruleId, state };
}

export function watchContract(store: () => StateStore): void {
  describe("watch", () => {
    it("starts with nothing and goes on where it committed", async () => {
      const { watch, leases } = store();
      expect(await watch.load()).toEqual({ checkpoint: undefined, states: [], rules: [] });
      const epoch = await leases.acquire("watch", "a", 0, 1_000);
      await watch.commit(
        { checkpoint: checkpoint(1), states: [state("l1", 1), state("l2", 1)], transitions: [], rules: [] },
        epoch,
      );
      await watch.commit(
        { checkpoint: checkpoint(2), states: [state("l1", 2, "late")], transitions: [], rules: [] },
        epoch,
      );
      const { checkpoint: stored, states } = await watch.load();
      expect(stored).toEqual(checkpoint(2));
      expect(new Set(states)).toEqual(new Set([state("l1", 2, "late"), state("l2", 1)]));
      expect(await watch.states(["l1", "l9"])).toEqual([state("l1", 2, "late")]);
      expect(await watch.states()).toHaveLength(2);
    });

    it("keeps the newest of each state over many commits and owners", async () => {
      const { watch, leases } = store();
      for (let n = 1; n <= 9; n += 1) {
        const epoch = await leases.acquire("watch", n % 3 ? "a" : "b", n * 1_000, 10);
        const states = [state("l1", n), ...(n % 2 ? [state("l2", n)] : [])];
        await watch.commit({ checkpoint: checkpoint(n), states, transitions: [], rules: [] }, epoch);
        expect(await watch.states(["l1"])).toEqual([state("l1", n)]);
      }
      expect(await watch.states(["l2"])).toEqual([state("l2", 9)]);
    });

    it("records and tells a transition once, however often it is replayed", async () => {
      const { watch, leases, changes } = store();
      const epoch = await leases.acquire("watch", "a", 0, 1_000);
      const offline = transition("l1", NOW, "offline");
      await watch.commit({ checkpoint: checkpoint(1), states: [], transitions: [offline], rules: [] }, epoch);
      const online = transition("l1", NOW + 5, "online");
      await watch.commit({ checkpoint: checkpoint(2), states: [], transitions: [offline, online], rules: [] }, epoch);
      expect(await watch.transitions("l1", 10)).toEqual([online, offline]);
      expect(await watch.transitions("l1", 1)).toEqual([online]);
      const told = (await changes.since(0, 100)).changes.filter((change) => change.topic === "connection");
      expect(told.map(({ id, at, data }) => ({ id, at, data }))).toEqual([
        { id: "l1", at: NOW, data: { to: "offline" } },
        { id: "l1", at: NOW + 5, data: { to: "online" } },
      ]);
    });

    it("forgets transitions from before a moment, however many, and none after", async () => {
      const { watch, leases } = store();
      const epoch = await leases.acquire("watch", "a", 0, 1_000);
      const transitions = Array.from({ length: 1_501 }, (_, index) => transition("l1", NOW + index, `to-${index}`));
      await watch.commit({ checkpoint: checkpoint(1), states: [state("l1", 1)], transitions, rules: [] }, epoch);
      await watch.trimTransitions(NOW + 1_500);
      expect(await watch.transitions("l1", 10)).toEqual(transitions.slice(-1));
      expect(await watch.states()).toEqual([state("l1", 1)]);
    });

    it("refuses whoever lost the lease, and keeps what the new owner wrote", async () => {
      const { watch, leases } = store();
      const old = await leases.acquire("watch", "a", 0, 10);
      await watch.commit({ checkpoint: checkpoint(1), states: [state("l1", 1)], transitions: [], rules: [] }, old);
      const next = await leases.acquire("watch", "b", 11, 10);
      const late = {
        checkpoint: checkpoint(9),
        states: [state("l1", 9)],
        transitions: [transition("l1", NOW, "x")],
        rules: [],
      };
      await refusal(watch.commit(late, old), "conflict");
      const many = { ...late, states: Array.from({ length: 2_500 }, (_, index) => state(`l${index}`, 9)) };
      await refusal(watch.commit(many, old), "conflict");
      expect((await watch.load()).checkpoint).toEqual(checkpoint(1));
      expect(await watch.transitions("l1", 10)).toEqual([]);
      await watch.commit({ checkpoint: checkpoint(2), states: [state("l1", 2)], transitions: [], rules: [] }, next);
      expect(await watch.states()).toEqual([state("l1", 2)]);
    });

    it("shows a large commit only as a whole", async () => {
      const { watch, leases } = store();
      const epoch = await leases.acquire("watch", "a", 0, 1_000);
      const fleet = (value: number) => Array.from({ length: 3_500 }, (_, index) => state(`l${index}`, value));
      const values = async () => new Set((await watch.states()).map((one) => one.points["speed"]?.value));
      await watch.commit({ checkpoint: checkpoint(1), states: fleet(1), transitions: [], rules: [] }, epoch);
      let done = false;
      const commit = watch.commit({ checkpoint: checkpoint(2), states: fleet(2), transitions: [], rules: [] }, epoch);
      void commit.finally(() => (done = true));
      let seen = 0;
      for (; !done; seen += 1) {
        expect((await values()).size).toBe(1);
        await yieldToOthers();
      }
      await commit;
      expect(seen).toBeGreaterThan(1);
      expect(await values()).toEqual(new Set([2]));
    });

    it("shows nothing of a commit that failed half way", async () => {
      const { watch, leases } = store();
      const epoch = await leases.acquire("watch", "a", 0, 1_000);
      await watch.commit({ checkpoint: checkpoint(1), states: [state("l0", 1)], transitions: [], rules: [] }, epoch);
      const bad = { ...state("bad", 0), lastSeenAt: {} as number };
      const states = [...Array.from({ length: 2_500 }, (_, index) => state(`l${index}`, 2)), bad];
      await expect(
        watch.commit({ checkpoint: checkpoint(2), states, transitions: [], rules: [] }, epoch),
      ).rejects.toThrow();
      await watch.commit({ checkpoint: checkpoint(2), states: [state("new", 2)], transitions: [], rules: [] }, epoch);
      expect(new Set(await watch.states())).toEqual(new Set([state("l0", 1), state("new", 2)]));
    });

    it("keeps what each rule remembers of each device, until there is nothing any more", async () => {
      const { watch, leases } = store();
      const epoch = await leases.acquire("watch", "a", 0, 1_000);
      const commit = (n: number, rules: readonly RuleMemory[]) =>
        watch.commit({ checkpoint: checkpoint(n), states: [], transitions: [], rules }, epoch);
      await commit(1, [memory(1, "r.a", "1"), memory(1, "r.b", "2"), memory(2, "r.a", "3")]);
      await commit(2, [memory(1, "r.a", "4"), memory(2, "r.a", null), memory(3, "r.a", null)]);
      const { rules } = await watch.load();
      expect(new Set(rules)).toEqual(new Set([memory(1, "r.a", "4"), memory(1, "r.b", "2")]));
    });

    it("takes thousands of memories and transitions as one commit, whose last word counts", async () => {
      const { watch, alerts, history, leases } = store();
      const epoch = await leases.acquire("watch", "a", 0, 1_000);
      const every = (state: string | null) => Array.from({ length: 2_500 }, (_, index) => memory(index, "r.a", state));
      const opened = Array.from({ length: 700 }, (_, index) => {
        return happened(alert(`a${index}`, { deviceId: `l${index}` }), "opened", NOW);
      });
      const states = [state("l1", 7)];
      const first = { checkpoint: checkpoint(1), states, transitions: opened, rules: [...every("1"), ...every("2")] };
      await watch.commit(first, epoch);
      const loaded = await watch.load();
      expect(loaded.checkpoint).toEqual(checkpoint(1));
      expect(loaded.states).toEqual(states);
      expect(new Set(loaded.rules)).toEqual(new Set(every("2")));
      expect((await history.after(HISTORY_START, 1_000)).transitions).toEqual(opened);
      expect((await alerts.counts()).high).toBe(700);
      const forgotten = every(null).slice(1);
      await watch.commit({ checkpoint: checkpoint(2), states: [], transitions: opened, rules: forgotten }, epoch);
      expect((await watch.load()).rules).toEqual([memory(0, "r.a", "2")]);
      expect((await history.after(HISTORY_START, 1_000)).transitions).toHaveLength(700);
    });
  });
}
