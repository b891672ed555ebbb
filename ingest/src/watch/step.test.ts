import { DEVICE_KINDS, hours, minutes, seconds } from "@linli/model";
import type { JournalEntry } from "@linli/stores";
import { expect, test } from "vitest";
import { device, limits, recorded, registryOf, site } from "../testing/context.ts";
import { entry, published } from "../testing/entries.ts";
import { NO_RULES } from "./rule-book.ts";
import { Watch } from "./step.ts";

const T = Date.UTC(2026, 0, 15);

/** A kind that is late after 90 s and offline after 5 min. */
const LIFT = device("e1", { kind: "elevator" });

function watchOf(...devices: ReturnType<typeof device>[]) {
  return new Watch(
    { registry: registryOf(devices), kinds: DEVICE_KINDS, limits, rules: NO_RULES, site },
    { checkpoint: undefined, states: [], rules: [] },
  );
}

/** Ticks from `from` up to and including `to`, as the broker appends them. */
function ticks(from: number, to: number, step = seconds(1)): JournalEntry[] {
  const times = [];
  for (let at = from; at <= to; at += step) times.push(entry("tick", at));
  return times;
}

function session(
  kind: "connect" | "disconnect",
  at: number,
  id: string,
  more: { device?: string; reason?: string } = {},
) {
  const payload = kind === "connect" ? { clientId: "c", address: "::1" } : { reason: more.reason ?? "lost" };
  return entry(kind, at, { principal: more.device ?? "e1", topic: id, payload });
}

/** The changes of connection, as `after seconds: from > to (reason)`. */
function changes(watch: Watch, entries: readonly JournalEntry[]): string[] {
  for (const record of recorded(entries)) watch.apply(record, true);
  return watch.takeEffects().transitions.map(({ deviceId, at, data }) => {
    const who = deviceId === "e1" ? "" : `${deviceId} `;
    return `${who}${(at - T) / 1_000}: ${String(data.from)} > ${String(data.to)} (${String(data.reason)})`;
  });
}

const HEARD = "0: unknown > online (heard)";
const message = (at: number) => published("e1", at, { carPosition: 3 });

test("silence: late, then offline, at the kind's time-outs; a message brings it back", () => {
  expect(changes(watchOf(LIFT), [message(T), ...ticks(T + 500, T + minutes(6)), message(T + minutes(7))])).toEqual([
    HEARD,
    "90: online > late (silent)",
    "300: late > offline (silent)",
    "420: offline > online (heard)",
  ]);
});

test("the device's own time-out wins", () => {
  const quick = device("e1", { kind: "elevator", offlineAfterMs: seconds(30) });
  expect(changes(watchOf(quick), [message(T), ...ticks(T, T + minutes(2))])).toEqual([
    HEARD,
    "30: online > offline (silent)",
  ]);
});

test("a device that was never heard of is nothing, whatever time passes", () => {
  const watch = watchOf(LIFT);
  expect(changes(watch, ticks(T, T + hours(1), seconds(4)))).toEqual([]);
  expect(watch.state("e1")).toBeUndefined();
});

test("a broken session counts after 60 s, unless somebody comes back", () => {
  const broken = [session("connect", T, "a"), session("disconnect", T + 10_000, "a")];
  expect(changes(watchOf(LIFT), [...broken, ...ticks(T + 10_000, T + 80_000)])).toEqual([
    HEARD,
    "70: online > offline (session-lost)",
  ]);
  const back = [...broken, session("connect", T + 20_000, "b"), ...ticks(T + 20_000, T + 85_000)];
  expect(changes(watchOf(LIFT), back)).toEqual([HEARD]);
});

test.each(["clean", "refused", "shutdown", "taken-over", "revoked"])("a close that is %s starts nothing", (reason) => {
  const entries = [
    session("connect", T, "a"),
    session("disconnect", T + 1_000, "a", { reason }),
    ...ticks(T, T + 85_000),
  ];
  expect(changes(watchOf(LIFT), entries)).toEqual([HEARD]);
});

test("a take-over is no blip: the old session ends while the new one is open, and its will says nothing", () => {
  const entries = [
    session("connect", T, "a"),
    session("connect", T + 1_000, "b"),
    published("e1", T + 1_001, { state: "offline" }, "status"),
    session("disconnect", T + 1_002, "a", { reason: "lost" }),
    ...ticks(T + 2_000, T + 80_000),
  ];
  expect(changes(watchOf(LIFT), entries)).toEqual([HEARD]);
});

test("a will of the last session, or a farewell, counts when nothing came back for a minute", () => {
  const will = [session("connect", T, "a"), published("e1", T + 5_000, { state: "offline" }, "status")];
  const lost = session("disconnect", T + 5_001, "a", { reason: "lost" });
  const silent = ticks(T + 6_000, T + 80_000);
  const gone = [HEARD, "65: online > offline (session-lost)"];
  expect(changes(watchOf(LIFT), [...will, ...silent])).toEqual(gone);
  expect(changes(watchOf(LIFT), [...will, lost, ...silent])).toEqual(gone);
  const farewell = [...will, session("disconnect", T + 5_001, "a", { reason: "clean" })];
  expect(changes(watchOf(LIFT), farewell)).toEqual([HEARD, "5.001: online > offline (said-offline)"]);
  const back = [session("connect", T + 20_000, "b"), ...ticks(T + 20_001, T + 80_000)];
  expect(changes(watchOf(LIFT), [...will, lost, ...back])).toEqual([HEARD]);
});

test("asleep until it speaks, or for a day", () => {
  const asleep = published("e1", T, { state: "sleeping" }, "status");
  const day = ticks(T, T + hours(25), seconds(5));
  expect(changes(watchOf(LIFT), [asleep, ...day])).toEqual([
    "0: unknown > sleeping (asleep)",
    "86400: sleeping > offline (silent)",
  ]);
  expect(changes(watchOf(LIFT), [asleep, message(T + 4_000)])).toEqual([
    "0: unknown > sleeping (asleep)",
    "4: sleeping > online (heard)",
  ]);
});

test("when the broker was blind, deadlines move by the gap", () => {
  const entries = [message(T), ...ticks(T, T + 60_000), ...ticks(T + hours(2), T + hours(2) + minutes(6))];
  expect(changes(watchOf(LIFT), entries)).toEqual([
    HEARD,
    `${7_200 + 30}: online > late (silent)`,
    `${7_200 + 240}: late > offline (silent)`,
  ]);
});

test("a new broker epoch drops the old sessions and gives everybody one full time-out", () => {
  const entries = [
    session("connect", T, "a"),
    ...ticks(T, T + 80_000),
    session("disconnect", T + 80_000, "a"),
    entry("start", T + 82_000, { topic: "epoch-2" }),
    session("disconnect", T + 83_000, "a"),
    ...ticks(T + 83_000, T + 400_000),
  ];
  expect(changes(watchOf(LIFT), entries)).toEqual([
    HEARD,
    `${82 + 90}: online > late (silent)`,
    `${82 + 300}: late > offline (silent)`,
  ]);
});

test("a gateway's broken session takes its children along, save those that speak", () => {
  const gateway = device("g1", { kind: "gateway" });
  const [child, lively] = ["e1", "e2"].map((id) => device(id, { kind: "elevator", gatewayId: "g1" }));
  if (!child || !lively) throw new Error("two children");
  const via = (id: string, at: number) => ({ ...published(id, at, { carPosition: 3 }), principal: "g1" });
  const entries = [
    session("connect", T, "a", { device: "g1" }),
    via("e1", T),
    via("e2", T),
    session("disconnect", T + 1_000, "a", { device: "g1" }),
    ...ticks(T + 2_000, T + 29_000),
    { ...via("e2", T + 30_000), principal: "e2" },
    ...ticks(T + 31_000, T + 70_000),
  ];
  expect(changes(watchOf(gateway, child, lively), entries)).toEqual([
    "g1 0: unknown > online (heard)",
    HEARD,
    "e2 0: unknown > online (heard)",
    "61: online > offline (session-lost)",
    "g1 61: online > offline (session-lost)",
  ]);
});

test("what a gateway sends for a child is a sign of life of both", () => {
  const gateway = device("g1", { kind: "gateway" });
  const watch = watchOf(gateway, device("e1", { kind: "elevator", gatewayId: "g1" }));
  changes(watch, [{ ...message(T), principal: "g1" }]);
  expect(watch.state("g1")).toMatchObject({ connection: "online", lastSeenAt: T });
  expect(watch.state("e1")).toMatchObject({ connection: "online", lastSeenAt: T });
});

test("the newest value wins; the first to arrive with its timestamp; never the future, never back-fill", () => {
  const watch = watchOf(device("s1"));
  const at = (ts: number, temperature: number) => published("s1", T, { ts, values: { temperature } });
  const seen = (entries: JournalEntry[]) => {
    changes(watch, entries);
    return watch.state("s1")?.points.temperature?.value;
  };
  expect(seen([at(T - 9_000, 20)])).toBe(20);
  expect(seen([at(T - 8_000, 21), at(T - 9_000, 22), at(T - 8_000, 23)])).toBe(21);
  expect(seen([at(T + minutes(6), 24)])).toBe(21);
  expect(seen([at(Date.UTC(2099, 0, 1), 25)])).toBe(21);
  expect(seen([published("s1", T, [{ ts: T - 1_000, values: { temperature: 26 } }])])).toBe(21);
  expect(seen([at(T + minutes(4), 27)])).toBe(27);
});

test("a value older than three cadences is stale, one of an offline device is down, and fresh ones are good again", () => {
  const watch = watchOf(device("s1", { offlineAfterMs: minutes(30) }));
  const quality = () => {
    const { temperature, motion, madeUp } = watch.state("s1")?.points ?? {};
    return [temperature?.quality, motion?.quality, madeUp?.quality];
  };
  changes(watch, [published("s1", T, { temperature: 21, motion: true, madeUp: 1 })]);
  expect(quality()).toEqual(["good", "good", "unknown"]);

  changes(watch, ticks(T, T + minutes(15) - 1));
  expect(quality()).toEqual(["good", "good", "unknown"]);
  for (const record of recorded(ticks(T + minutes(15), T + minutes(15)))) watch.apply(record, true);
  expect([...watch.takeEffects().changed]).toEqual(["s1"]);
  expect(quality()).toEqual(["stale", "good", "unknown"]);

  changes(watch, ticks(T + minutes(15), T + minutes(31)));
  expect(quality()).toEqual(["down", "down", "down"]);
  changes(watch, [published("s1", T + minutes(32), { temperature: 120 })]);
  expect(quality()).toEqual(["faulty", "good", "unknown"]);
});

test("an edited time-out counts from now on, a retired device is forgotten", () => {
  const registry = registryOf([LIFT]);
  const watch = new Watch(
    { registry, kinds: DEVICE_KINDS, limits, rules: NO_RULES, site },
    { checkpoint: undefined, states: [], rules: [] },
  );
  changes(watch, [message(T), ...ticks(T, T + 60_000)]);
  registry.put(device("e1", { kind: "elevator", offlineAfterMs: seconds(30), version: 2 }));
  watch.registryChanged();
  expect(changes(watch, ticks(T + 60_000, T + 61_000))).toEqual(["60: online > offline (silent)"]);
  registry.put(device("e1", { kind: "elevator", retiredAt: T }));
  watch.registryChanged();
  expect(watch.state("e1")).toBeUndefined();
});

test("nothing happens for a stranger until it is decided that he is one", () => {
  const watch = watchOf(LIFT);
  const [record] = recorded([published("e9", T, { carPosition: 1 })]);
  expect(watch.apply(record as never, false)).toBe(false);
  expect(watch.time).toBe(0);
  expect(watch.apply(record as never, true)).toBe(true);
  expect(watch.time).toBe(T);
});

test("an answer to a command is handed on, once per answer", () => {
  const watch = watchOf(LIFT);
  const [record] = recorded([published("e1", T, { ok: true }, "commands/c7/result")]);
  watch.apply(record as never, true);
  expect(watch.takeEffects().answered).toEqual([{ commandId: "c7", deviceId: "e1", ok: true, detail: null, at: T }]);
  expect(watch.takeEffects().answered).toEqual([]);
});
