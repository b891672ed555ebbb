import { DEVICE_KINDS, LinliError } from "@linli/model";
import { type HistoryEntry, RegistryView } from "@linli/stores";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ArchiveHarness } from "../testing/archive-harness.ts";
import { History } from "./history.ts";

const NOW = Date.UTC(2026, 0, 15);
const AUTHOR = { id: "test", type: "system", at: 0 } as const;

let harness: ArchiveHarness;
let written: HistoryEntry[];
let refused: string[];
let away: boolean;

beforeEach(async () => {
  harness = await ArchiveHarness.open();
  await harness.addDevice("lift", "elevator");
  written = [];
  refused = [];
  away = false;
});

afterEach(() => harness.close());

async function open(follower = "influx1 here"): Promise<History> {
  const registry = await RegistryView.load(harness.state);
  return new History({
    store: harness.state.history,
    async write(entries) {
      if (away) throw new LinliError("unavailable", "refused");
      written.push(...entries);
      return entries.flatMap(({ type }) => (type === "overspeed" ? ["partial write: field type conflict"] : []));
    },
    async owner(deviceId) {
      const device = await harness.state.registry.device(deviceId);
      return registry.owner(deviceId) ?? (device && registry.formerOwner(device));
    },
    kinds: DEVICE_KINDS,
    refused: (reasons) => void refused.push(...reasons),
    follower,
  });
}

async function happen(type: string, data?: Record<string, string | number | string[]>): Promise<void> {
  const event = { id: type, deviceId: "lift", type, observedAt: NOW, receivedAt: NOW, known: true };
  const counts = { written: 0, rejected: 0, conflicts: 0 };
  const events = [{ ...event, ...(data && { data }) }];
  await harness.state.archive.commit({ position: "p", sequence: 1, events, deadLetters: [], counts });
}

async function goOffline(deviceId: string): Promise<void> {
  const { watch, leases } = harness.state;
  const epoch = await leases.acquire("watch", "test", NOW, 1_000);
  const data = { from: "online", to: "offline", reason: "silent" };
  const transition = { key: `connection:${deviceId}:1`, type: "connection", deviceId, at: NOW, data } as const;
  const checkpoint = { position: "p", sequence: 1, time: NOW, memory: "" };
  await watch.commit({ checkpoint, states: [], transitions: [transition], rules: [] }, epoch);
}

test("an event has the data that its kind declares, and the rest in one text", async () => {
  await happen("overspeed", { speed: 1.9, floorLabel: "3", colour: "red", parts: ["a", "b"] });
  await happen("madeUp", { speed: 2 });
  await (await open()).step();
  expect(written).toMatchObject([
    {
      measurement: "event",
      type: "overspeed",
      at: NOW,
      owner: { deviceId: "lift", kind: "elevator" },
      data: { speed: 1.9, floorLabel: "3", more: '{"colour":"red","parts":["a","b"]}' },
    },
    { measurement: "event", type: "other", data: { reported: "madeUp", more: '{"speed":2}' } },
  ]);
  expect(written[0]).not.toHaveProperty("state");
  // what the series store will not have of it is told
  expect(refused).toEqual(["partial write: field type conflict"]);
});

test("a transition has the state it leads to, also of a device that was retired since", async () => {
  await goOffline("lift");
  await harness.state.registry.retireDevice("lift", AUTHOR);
  await (await open()).step();
  expect(written).toMatchObject([
    { measurement: "transition", type: "connection", state: "offline", at: NOW, owner: { kind: "elevator" } },
  ]);
  expect(written[0]?.data).toEqual({ from: "online", reason: "silent" });
});

test("a transition of an alert has its rule, and the severity or the end it leads to; one of a rule in shadow stays", async () => {
  const { watch, leases } = harness.state;
  const epoch = await leases.acquire("watch", "test", NOW, 1_000);
  const alert = { id: "a1", ruleId: "lift.stuck", deviceId: "lift", openedAt: NOW, lastSeenAt: NOW, latched: false };
  const happened = (n: number, change: string, more: object, type: "alert" | "shadow" = "alert") => {
    const data = { change, alert: { ...alert, active: true, endedBy: null, ...more }, reason: "because" };
    return { key: `${type}:a1:${n}`, type, deviceId: "lift", at: NOW + n, data };
  };
  const transitions = [
    happened(0, "opened", { severity: "high" }),
    happened(1, "seen", { severity: "high" }),
    happened(2, "cleared", { severity: "high", active: false, endedBy: "person" }),
    happened(3, "ended", { severity: "high", active: false, endedBy: "rule" }),
    happened(4, "opened", { severity: "low" }, "shadow"),
  ];
  const checkpoint = { position: "p", sequence: 1, time: NOW, memory: "" };
  await watch.commit({ checkpoint, states: [], transitions, rules: [] }, epoch);
  await (await open()).step();
  const data = { alert: "a1", severity: "high", reason: "because" };
  expect(written).toMatchObject([
    { measurement: "transition", type: "lift.stuck", state: "high", at: NOW, data: { ...data, change: "opened" } },
    { measurement: "transition", type: "lift.stuck", state: "cleared", at: NOW + 2, data },
    { measurement: "transition", type: "lift.stuck", state: "ended", at: NOW + 3, data },
  ]);
  expect(written).toHaveLength(3);
});

test("nothing is skipped while the series store is away, and nothing is told twice to the same one", async () => {
  await happen("overspeed");
  away = true;
  const history = await open();
  await expect(history.step()).rejects.toThrow("refused");
  await goOffline("lift");
  await expect(history.step()).rejects.toThrow("refused");
  away = false;
  expect(await history.step()).toBe(false);
  expect(written.map(({ type }) => type)).toEqual(["overspeed", "connection"]);
  await (await open()).step();
  expect(written).toHaveLength(2);
  await (await open("influx2 there")).step();
  expect(written).toHaveLength(4);
});
