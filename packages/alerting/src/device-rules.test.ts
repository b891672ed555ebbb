import { DEVICE_KINDS } from "@linli/model";
import { describe, expect, it } from "vitest";
import { compileRule } from "./compile/rule.ts";
import { RuleSet } from "./rule-set.ts";
import { VirtualDevice } from "./rule-test/virtual-device.ts";
import { testRule } from "./testing/bench-device.ts";

const MIN = 60_000;
const T = Date.UTC(2026, 5, 1);
const LIFT = DEVICE_KINDS.get("elevator");

type Given = Parameters<typeof testRule>[0];

function deviceWith(given: Given, tags: Record<string, string> = {}): VirtualDevice {
  const rules = new RuleSet([compileRule(testRule(given), { version: 1, kinds: DEVICE_KINDS })]);
  if (LIFT === undefined) throw new Error("no lifts");
  return new VirtualDevice({ rules, kind: LIFT, site: { timeZone: "Asia/Shanghai" }, tags }, T);
}

function told(device: VirtualDevice): (readonly [minute: number, change: string])[] {
  return device.effects.map(({ at, change }) => [(at - T) / MIN, change]);
}

const SILENT: Given = { levels: [{ severity: "high", when: { absent: { longerThan: "15m" } } }] };
const INSPECTION: Given = { levels: [{ severity: "low", when: { due: { tag: "inspected", after: "365d" } } }] };

describe("the rules of a device", () => {
  it("find at once what holds of a new one", () => {
    expect(told(deviceWith(INSPECTION, { inspected: "2020-01-01" }))).toEqual([[0, "opened"]]);
    expect(told(deviceWith(INSPECTION, { inspected: "2026-05-01" }))).toEqual([]);
  });

  it("that wait for silence hear any sign of life", () => {
    const device = deviceWith(SILENT);
    device.values(T, { carLoad: 1 });
    device.alive(T + 10 * MIN);
    device.until(T + 25 * MIN);
    expect(told(device)).toEqual([]);
    device.until(T + 26 * MIN);
    device.alive(T + 30 * MIN);
    expect(told(device).map(([, change]) => change)).toEqual(["opened", "cleared"]);
    device.until(T + 50 * MIN);
    device.event(T + 60 * MIN, "entrapment");
    expect(told(device).at(-1)).toEqual([60, "cleared"]);
  });
});
