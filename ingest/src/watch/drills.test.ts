import { DEVICE_KINDS, drillTopic, minutes } from "@linli/model";
import type { JournalEntry } from "@linli/stores";
import { expect, it } from "vitest";
import { device, limits, recorded, registryOf, site } from "../testing/context.ts";
import { closed, entry } from "../testing/entries.ts";
import { bookOf } from "../testing/rule-books.ts";
import { Watch } from "./step.ts";

const T = Date.UTC(2026, 0, 15);
const registry = registryOf([device("e1", { kind: "elevator" })]);
const ASKED = {
  deviceId: "e1",
  ruleId: "lift.entrapment",
  ruleVersion: 3,
  severity: "critical",
  people: ["li"],
  minutes: 10,
  note: "autumn",
};
const started = (id: string, at: number, more: object = {}, by = "person:chen") =>
  entry("push", at, { principal: by, topic: drillTopic(id), payload: { ...ASKED, ...more } });
const ticks = (from: number, to: number): JournalEntry[] =>
  Array.from({ length: Math.floor((to - from) / 4_000) }, (_, n) => entry("tick", from + n * 4_000));

function watchFrom(memory?: string): Watch {
  const options = { registry, kinds: DEVICE_KINDS, limits, site, rules: bookOf([]) };
  const checkpoint = memory === undefined ? undefined : { sequence: 0, time: T + minutes(1), memory };
  return new Watch(options, { checkpoint, states: [], rules: [] });
}

/** Minute, change and id of what was told. */
function told(watch: Watch, entries: readonly JournalEntry[]): string[] {
  for (const record of recorded(entries)) watch.apply(record, true);
  const ofAlerts = watch.takeEffects().transitions.filter(({ type }) => type === "alert");
  return ofAlerts.map(({ at, data, key }) => {
    expect(key).toContain(String((data["alert"] as { id: string }).id));
    return `${(at - T) / minutes(1)} ${String(data["change"])} ${(data["alert"] as { id: string }).id}`;
  });
}

it("a drill opens an alert of its own, marked as one, and ends by itself at its own moment", () => {
  const watch = watchFrom();
  const opened = [entry("tick", T), started("a-1", T + 1_000)];
  for (const record of recorded(opened)) watch.apply(record, true);
  const [transition] = watch.takeEffects().transitions;
  expect(transition?.data).toMatchObject({
    change: "opened",
    alert: { id: "DRILL-a-1", ruleId: "lift.entrapment", severity: "critical", lifeSafety: false, latched: false },
  });
  expect(transition?.data["alert"]).toMatchObject({ drill: { people: ["li"], by: "chen", note: "autumn" } });
  expect(told(watch, ticks(T + 4_000, T + minutes(11)))).toEqual([`${10 + 1 / 60} ended DRILL-a-1`]);
});

it("somebody ends it before its time, once", () => {
  const end = closed("DRILL-a-1", T + minutes(2), {});
  const entries = [entry("tick", T), started("a-1", T), ...ticks(T, T + minutes(2)), end, end];
  expect(told(watchFrom(), entries)).toEqual(["0 opened DRILL-a-1", "2 ended DRILL-a-1"]);
});

it("goes on over a restart, and the same word twice is one drill", () => {
  const before = watchFrom();
  told(before, [entry("tick", T), started("a-1", T), started("a-1", T + 1), entry("tick", T + minutes(1))]);
  const after = watchFrom(JSON.parse(JSON.stringify(before.memory())) as string);
  expect(told(after, ticks(T + minutes(1), T + minutes(11)))).toEqual(["10 ended DRILL-a-1"]);
});

it.each([
  ["of a device that is not there", started("a-1", T, { deviceId: "gone" })],
  ["without end", started("a-1", T, { minutes: 10_000 })],
  ["that a device claims", started("a-1", T, {}, "e1")],
  ["that cannot be read", entry("push", T, { principal: "person:chen", topic: drillTopic("a-1"), payload: "{nope" })],
])("a drill %s is none", (_, word) => {
  expect(told(watchFrom(), [entry("tick", T), word, ...ticks(T, T + minutes(11))])).toEqual([]);
});
