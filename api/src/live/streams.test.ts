import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Identity } from "../access/identity.ts";
import { incidentOf, Seeds, warmRule } from "../testing/alerts.ts";
import { createTestApi, newDevice, START_AT, type TestApi } from "../testing/test-api.ts";
import type { Sink } from "./stream.ts";

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
  await api.parts.streams.start();
});
afterEach(async () => {
  api.parts.streams.stop();
  await api.close();
});

const author = { id: "test", type: "system", at: START_AT } as const;

interface Told {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Record<string, unknown> & Record<string, unknown>[];
}

/** A reader in a place (or everywhere), and what it was told so far. */
function reader(placeId: string | null, options: { in?: string; resumeAfter?: number } = {}) {
  const told: Told[] = [];
  let closed = false;
  let who: Identity | undefined = {
    id: `viewer-${placeId}`,
    type: "person",
    name: "x",
    grants: [{ role: "viewer", placeId }],
    language: "en",
    expiresAt: null,
    sessionId: null,
    answerable: "x",
  };
  const sink: Sink = {
    write(text) {
      const lines = Object.fromEntries(
        text
          .trim()
          .split("\n")
          .map((line) => line.split(/: (.*)/s).slice(0, 2)),
      );
      told.push({ event: lines.event, id: lines.id, data: JSON.parse(lines.data) });
    },
    pendingBytes: () => 0,
    close: () => {
      closed = true;
    },
  };
  const asked = { who, recheck: async () => who, placeId: options.in, withStates: true };
  api.parts.streams.open(sink, { ...asked, resumeAfter: options.resumeAfter });
  return {
    told,
    changes: () => told.filter(({ event }) => event === "change").map(({ data }) => [data.topic, data.id]),
    states: () => told.filter(({ event }) => event === "state").flatMap(({ data }) => data.map((one) => one.deviceId)),
    events: () => told.map(({ event }) => event),
    isClosed: () => closed,
    loseRight() {
      who = undefined;
    },
  };
}

const online = (deviceId: string) => {
  return { deviceId, connection: "online", connectionSince: 1, lastSeenAt: 1, points: {} } as const;
};

describe("streams", () => {
  it("tell each reader of its own places only", async () => {
    const [a, b, all] = [reader("a"), reader("b"), reader(null)];
    await api.state.registry.createDevice(newDevice("new-b", "b-1"), author);
    api.parts.live.apply([online("dev-a"), online("dev-b")]);
    await api.parts.streams.tick();
    expect(a.changes()).toEqual([]);
    expect(b.changes()).toEqual([["device", "new-b"]]);
    expect(all.changes()).toEqual([["device", "new-b"]]);
    expect(a.states()).toEqual(["dev-a"]);
    expect(b.states()).toEqual(["dev-b"]);
    expect(all.states()).toEqual(["dev-a", "dev-b"]);
  });

  it("tell of alerts, what is done about them, and incidents in the reader's places; of rules everybody", async () => {
    const seeds = new Seeds(api.state);
    const [a, b] = [reader("a"), reader("b")];
    const alert = await seeds.open("dev-a");
    await api.state.alerts.act(alert.id, { type: "acknowledge" }, author);
    await seeds.notify({ incidents: [incidentOf("power", "a-1", [alert])] });
    await api.state.rules.ship([warmRule("room.warm")], author);
    await api.parts.streams.tick();
    const [opened, done] = [
      ["alert", alert.id],
      ["alert-action", alert.id],
    ];
    expect(a.changes()).toEqual([opened, done, ["incident", "power"], ["rule", "room.warm"]]);
    expect(b.changes()).toEqual([["rule", "room.warm"]]);
  });

  it("tell of what ends along with a retired device to those who had it", async () => {
    const seeds = new Seeds(api.state);
    const alert = await seeds.open("dev-a");
    await api.parts.streams.tick();
    const [a, b] = [reader("a"), reader("b")];
    await api.state.registry.retireDevice("dev-a", author);
    await seeds.watch("ended", [{ ...alert, active: false, clearedAt: START_AT + 1, endedBy: "retired" }]);
    await api.parts.streams.tick();
    expect(a.changes()).toContainEqual(["alert", alert.id]);
    expect(b.changes()).toEqual([]);
  });

  it("tell of people and tokens to administrators, of sessions to nobody", async () => {
    const all = reader(null);
    await api.tokenFor("viewer", "a");
    await api.parts.streams.tick();
    expect(all.changes()).toEqual([]);
  });

  it("narrow to a place that is asked for, and never widen", async () => {
    const [narrow, outside] = [reader(null, { in: "a" }), reader("a", { in: "b" })];
    api.parts.live.apply([online("dev-a"), online("dev-b")]);
    await api.parts.streams.tick();
    expect(narrow.states()).toEqual(["dev-a"]);
    expect(outside.states()).toEqual([]);
  });

  it("say that a device has left, without where it went", async () => {
    const [a, b] = [reader("a"), reader("b")];
    await api.state.registry.updateDevice("dev-a", 1, { placeId: "b-1" }, author);
    await api.registry.refresh();
    await api.parts.streams.tick();
    expect(a.told.at(-1)?.data).toEqual({ topic: "device", id: "dev-a", at: START_AT, data: null });
    expect(b.told.at(-1)?.data.data).toMatchObject({ placeId: "b-1" });
  });

  it("resume where the reader was, without gap or repeat", async () => {
    const first = reader("a");
    const seq = Number(first.told[0]?.id);
    for (let n = 0; n < 3; n += 1) await api.state.registry.createDevice(newDevice(`n${n}`, "a-1"), author);
    await api.parts.streams.tick();
    const again = reader("a", { resumeAfter: seq + 1 });
    await api.state.registry.createDevice(newDevice("n3", "a-1"), author);
    await new Promise((resolve) => setImmediate(resolve));
    await api.parts.streams.tick();
    await api.parts.streams.tick();
    expect(again.changes().map(([, id]) => id)).toEqual(["n1", "n2", "n3"]);
    expect(first.changes().map(([, id]) => id)).toEqual(["n0", "n1", "n2", "n3"]);
    expect(again.events()).not.toContain("reset");
  });

  it("say to load again when the past is gone", async () => {
    const ahead = reader("a", { resumeAfter: 1_000_000 });
    await new Promise((resolve) => setImmediate(resolve));
    await api.parts.streams.tick();
    expect(ahead.events()).toContain("reset");
    for (let n = 0; n < 3; n += 1) await api.state.registry.createDevice(newDevice(`n${n}`, "a-1"), author);
    await api.parts.streams.tick();
    await api.state.changes.trim(START_AT + 1);
    const behind = reader("a", { resumeAfter: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(behind.events()).toContain("reset");
  });

  it("say to load again after a flood of changes", async () => {
    const all = reader(null);
    for (let n = 0; n < 5_001; n += 1) await api.state.changes.announce("platform", `n${n}`, null, START_AT);
    await api.parts.streams.tick();
    expect(all.events()).toEqual(["hello", "reset"]);
    await api.state.registry.createDevice(newDevice("after", "a-1"), author);
    await api.parts.streams.tick();
    expect(all.changes()).toEqual([["device", "after"]]);
  });

  it("end when the right does", async () => {
    const a = reader("a");
    await api.parts.streams.heartbeat();
    expect(a.events()).toEqual(["hello", "heartbeat"]);
    a.loseRight();
    await api.parts.streams.heartbeat();
    expect(a.isClosed()).toBe(true);
    expect(api.parts.streams.size).toBe(0);
  });

  it("are bounded per caller", () => {
    for (let n = 0; n < 50; n += 1) reader("a");
    expect(() => reader("a")).toThrow(/at most 50/);
  });
});
