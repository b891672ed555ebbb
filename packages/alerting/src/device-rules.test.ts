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

function deviceWith(given: Given | readonly Given[], tags: Record<string, string> = {}): VirtualDevice {
  const all = [given].flat();
  const rules = new RuleSet(all.map((one) => compileRule(testRule(one), { version: 1, kinds: DEVICE_KINDS })));
  if (LIFT === undefined) throw new Error("no lifts");
  return new VirtualDevice({ rules, kind: LIFT, site: { timeZone: "Asia/Shanghai" }, tags }, T);
}

function withOwn(given: Given, own: Record<string, number>): VirtualDevice {
  const rules = new RuleSet([compileRule(testRule(given), { version: 1, kinds: DEVICE_KINDS })]);
  if (LIFT === undefined) throw new Error("no lifts");
  return new VirtualDevice({ rules, kind: LIFT, site: { timeZone: "Asia/Shanghai" }, paramsOf: () => own }, T);
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

  it("are replaced by those that tell as many people, and of life safety by life safety alone", () => {
    const hot: Given = { levels: [{ severity: "high", when: { point: "machineRoomTemperature", above: 40 } }] };
    const better: Given = { ...hot, id: "test.better", replaces: ["test.rule"] };
    const openedBy = (rules: readonly Given[]) => {
      const device = deviceWith(rules);
      device.values(T, { machineRoomTemperature: 45 });
      return device.effects.filter(({ change }) => change === "opened").map(({ alert }) => alert.ruleId);
    };
    const both = ["test.better", "test.rule"];
    expect(openedBy([hot, better])).toEqual(["test.better"]);
    expect(openedBy([hot, { ...better, start: "shadow" }])).toEqual(both);
    expect(openedBy([hot, { ...better, start: "informational" }])).toEqual(both);
    expect(openedBy([{ ...hot, lifeSafety: true }, better])).toEqual(both);
    expect(
      openedBy([
        { ...hot, lifeSafety: true },
        { ...better, lifeSafety: true },
      ]),
    ).toEqual(["test.better"]);
  });

  it("wait as long as the device's own numbers say", () => {
    const alarm: Given = {
      params: { hold: "5m", over: "1m" },
      levels: [{ severity: "high", when: { point: "passengerAlarm", equals: true }, for: "$hold", clearFor: "$over" }],
    };
    const toldWith = (own: Record<string, number>) => {
      const device = withOwn(alarm, own);
      device.values(T, { passengerAlarm: true });
      device.restart();
      device.until(T + 30 * MIN);
      device.values(T + 30 * MIN, { passengerAlarm: false });
      device.until(T + 60 * MIN);
      return told(device).map(([minute]) => minute);
    };
    expect(toldWith({})).toEqual([5, 31]);
    expect(toldWith({ hold: 10 * MIN })).toEqual([10, 31]);
    expect(toldWith({ hold: 0, over: 0 })).toEqual([0, 30]);
    expect(toldWith({ hold: -1 }), "nobody can go by that: the rule's own").toEqual([5, 31]);
  });

  it("may go by the last word of what has fallen silent, if it was one that can be believed", () => {
    const silent = { connection: ["offline" as const] };
    const hot = { point: "machineRoomTemperature", above: 40 };
    const openWith = (temperature: number, lastKnown: object) => {
      const device = deviceWith({ levels: [{ severity: "high", when: { all: [silent, { ...hot, ...lastKnown }] } }] });
      device.values(T, { machineRoomTemperature: temperature });
      device.connect(T + MIN, "offline");
      return device.effects.map(({ change }) => change);
    };
    expect(openWith(45, {})).toEqual([]);
    expect(openWith(45, { lastKnown: true })).toEqual(["opened"]);
    expect(openWith(20, { lastKnown: true })).toEqual([]);
    expect(openWith(850, { lastKnown: true })).toEqual([]);
  });

  it("about slots that a device lacks go by what else they name", () => {
    const hot = { point: "carDoorStatus.{door}", equals: "open" };
    const alarm = { point: "passengerAlarm", equals: true };
    const openWith = (when: Given["levels"][number]["when"]) => {
      const device = deviceWith({ levels: [{ severity: "high", when }] });
      device.values(T, { passengerAlarm: true, carLoad: 5 });
      const opened = told(device).length;
      device.values(T + MIN, { passengerAlarm: false });
      return [opened, device.effects.at(-1)?.change];
    };
    expect(openWith({ any: [hot, alarm] })).toEqual([1, "cleared"]);
    expect(openWith({ any: [{ all: [hot, alarm] }, alarm] })).toEqual([1, "cleared"]);
    expect(openWith({ all: [hot, alarm] })).toEqual([0, undefined]);
    const device = deviceWith({ levels: [{ severity: "high", when: alarm, clear: { all: [{ not: hot }, alarm] } }] });
    device.values(T, { passengerAlarm: true });
    device.values(T + MIN, { passengerAlarm: false });
    expect(told(device), "its clear condition is known not to hold").toEqual([[0, "opened"]]);
  });

  it("about slots count what is no slot's own once", () => {
    const open = { point: "carDoorStatus.{door}", equals: "open" };
    const often = { count: { of: { event: "doorOpenWhileRunning" }, atLeast: 3, within: "1h" } };
    const device = deviceWith({ levels: [{ severity: "high", when: { all: [often, open] }, clearFor: "1m" }] });
    device.values(T, { "carDoorStatus.1": "open", "carDoorStatus.2": "open" });
    for (const minute of [1, 2, 3]) {
      expect(told(device)).toEqual([]);
      device.event(T + minute * MIN, "doorOpenWhileRunning");
    }
    expect(told(device)).toEqual([[3, "opened"]]);
  });

  it("that wait twice for one silence wait through a gap of ours once", () => {
    const silent = { absent: { longerThan: "15m" } };
    const device = deviceWith({
      levels: [
        { severity: "medium", when: silent },
        { severity: "high", when: { any: [silent, { point: "passengerAlarm", equals: true }] } },
      ],
    });
    device.values(T, { passengerAlarm: false });
    device.blind(T + 10 * MIN, 5 * MIN);
    device.until(T + 21 * MIN);
    expect(told(device).map(([minute]) => Math.floor(minute))).toEqual([20]);
  });

  it("know nothing by a value that cannot have been measured, and may be about that", () => {
    const temperature = { point: "machineRoomTemperature" };
    const high = { ...temperature, above: 40 };
    const rules: Given[] = [
      { id: "test.hot", levels: [{ severity: "high", when: high }] },
      { id: "test.cool", levels: [{ severity: "high", when: { not: high } }] },
      { id: "test.broken", levels: [{ severity: "low", when: { faulty: temperature.point }, for: "5m" }] },
      { id: "test.silent", levels: [{ severity: "low", when: { absent: { ...temperature, longerThan: "15m" } } }] },
      {
        id: "test.mean",
        levels: [{ severity: "high", when: { window: { ...temperature, fn: "max", over: "1h", above: 40 } } }],
      },
    ];
    const device = deviceWith(rules);
    const open = () =>
      rules.flatMap(({ id = "" }) => {
        const alert = device.rules.state(id)?.alert;
        return alert === undefined ? [] : [alert.stale ? `${id} stale` : id];
      });
    for (let minute = 0; minute < 60; minute += 5) device.values(T + minute * MIN, { machineRoomTemperature: 20 });
    expect(open()).toEqual(["test.cool"]);
    device.values(T + 60 * MIN, { machineRoomTemperature: 850 });
    device.restart();
    expect(open(), "neither hot nor cool").toEqual(["test.cool stale"]);
    device.values(T + 65 * MIN, { machineRoomTemperature: 850 });
    expect(open()).toEqual(["test.cool stale", "test.broken"]);
    device.values(T + 70 * MIN, { machineRoomTemperature: 850 });
    device.values(T + 75 * MIN, { machineRoomTemperature: 851 });
    device.values(T + 76 * MIN, { machineRoomTemperature: 850 });
    expect(open(), "a faulty value breaks no silence").toEqual(["test.cool stale", "test.broken", "test.silent"]);
    device.values(T + 80 * MIN, { machineRoomTemperature: 20 });
    expect(open()).toEqual(["test.cool"]);
  });

  it("that were replaced open when the other one ends only if they hold then", () => {
    const hot: Given = {
      levels: [{ severity: "high", when: { point: "machineRoomTemperature", above: 40 }, clearFor: "1h" }],
    };
    const alarm: Given = {
      id: "test.better",
      replaces: ["test.rule"],
      levels: [{ severity: "high", when: { point: "passengerAlarm", equals: true } }],
    };
    const openedWith = (temperature: number) => {
      const device = deviceWith([hot, alarm]);
      device.values(T, { passengerAlarm: true, machineRoomTemperature: 45 });
      device.values(T + MIN, { machineRoomTemperature: temperature });
      device.values(T + 2 * MIN, { passengerAlarm: false });
      device.until(T + 2 * 60 * MIN);
      return device.effects.filter(({ change }) => change === "opened").map(({ alert }) => alert.ruleId);
    };
    expect(openedWith(20), "it was over, though not for an hour").toEqual(["test.better"]);
    expect(openedWith(50)).toEqual(["test.better", "test.rule"]);
  });

  it("of two levels, replaced, go by what holds when the other one ends", () => {
    const hot: Given = {
      levels: [
        { severity: "critical", when: { point: "machineRoomTemperature", above: 60 }, clearFor: "1h" },
        { severity: "medium", when: { point: "driveTemperature", above: 75 } },
      ],
    };
    const alarm: Given = {
      id: "test.better",
      replaces: ["test.rule"],
      levels: [{ severity: "critical", when: { point: "passengerAlarm", equals: true } }],
    };
    const device = deviceWith([hot, alarm]);
    device.values(T, { passengerAlarm: true, machineRoomTemperature: 70, driveTemperature: 80 });
    device.until(T + 20 * MIN);
    device.values(T + 20 * MIN, { passengerAlarm: false, driveTemperature: 80 });
    device.until(T + 21 * MIN);
    const own = device.effects.filter(({ alert }) => alert.ruleId === "test.rule");
    expect(own.map(({ change, alert }) => [change, alert.severity])).toEqual([["opened", "medium"]]);
  });

  it("take a rise that was over before anybody heard of it for the past", () => {
    const when = { rate: { point: "machineRoomTemperature", per: "10m", over: "10m", above: 5 } };
    const device = deviceWith({ levels: [{ severity: "high", when }] });
    for (const [minute, value] of [20, 22, 24, 26, 28, 30, 32, 34, 36, 38].entries()) {
      device.values(T + 180 * MIN, { machineRoomTemperature: value }, { observedAt: T + minute * MIN });
    }
    device.until(T + 190 * MIN);
    expect(told(device)).toEqual([]);
  });

  it("know what a slow rhythm saw between its measurements", () => {
    const when = { total: { of: { point: "energyActive", above: 1 }, atLeast: "3h", within: "1d" } };
    const rule = testRule({ kinds: ["streetlight"], latched: true, levels: [{ severity: "low", when }] });
    const lamp = DEVICE_KINDS.get("streetlight");
    if (lamp === undefined) throw new Error("no lamps");
    const rules = new RuleSet([compileRule(rule, { version: 1, kinds: DEVICE_KINDS })]);
    const device = new VirtualDevice({ rules, kind: lamp, site: { timeZone: "Asia/Shanghai" } }, T);
    for (let hour = 0; hour <= 3; hour++) device.values(T + hour * 60 * MIN, { energyActive: 5 });
    expect(told(device)).toEqual([[180, "opened"]]);
  });

  it("do not take what was known before a silence for news after it", () => {
    const alarm: Given = {
      levels: [{ severity: "high", when: { point: "passengerAlarm", equals: true }, for: "5m" }],
    };
    const silent = () => {
      const device = deviceWith(alarm);
      device.values(T, { passengerAlarm: true });
      device.connect(T + 2 * MIN, "offline");
      device.alive(T + 30 * MIN);
      return device;
    };
    const over = silent();
    over.values(T + 30 * MIN, { passengerAlarm: false });
    expect(told(over)).toEqual([]);
    const still = silent();
    still.values(T + 30 * MIN, { passengerAlarm: true });
    expect(told(still)).toEqual([[30, "opened"]]);
    const mute = silent();
    mute.until(T + 40 * MIN);
    expect(told(mute), "it had a minute to say otherwise").toEqual([[31, "opened"]]);
  });

  it("sum up nothing where they do not apply, though a message comes again with another value", () => {
    const of = {
      all: [
        { point: "passengerAlarm", equals: false },
        { point: "occupied", equals: false },
      ],
    };
    const device = deviceWith({
      levels: [{ severity: "high", when: { not: { total: { of, atLeast: "1m", within: "20m" } } } }],
    });
    device.values(T, { passengerAlarm: false });
    device.values(T, { passengerAlarm: true });
    expect(told(device)).toEqual([]);
    expect(device.rules.state("test.rule")).toBeUndefined();
  });

  it("add up five minutes of a day to the minute", () => {
    const when = { total: { of: { point: "driveTemperature", above: 40 }, atLeast: "5m", within: "24h" } };
    const hotFor = (hot: number, first: number) => {
      const device = deviceWith({ latched: true, levels: [{ severity: "critical", when }] });
      for (let minute = 0; minute < 120; minute++) {
        const isHot = minute >= first && minute < first + hot;
        device.values(T + minute * MIN, { driveTemperature: isHot ? 50 : 20 });
      }
      return told(device).length;
    };
    for (const first of [60, 61, 62]) {
      expect(hotFor(4, first)).toBe(0);
      expect(hotFor(5, first)).toBe(1);
    }
  });
});
