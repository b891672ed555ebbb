import { DEVICE_KINDS, type DeviceKind, type Rule } from "@linli/model";
import { describe, expect, it } from "vitest";
import { compileRule } from "./compile/rule.ts";
import { RuleSet } from "./rule-set.ts";
import { VirtualDevice } from "./rule-test/virtual-device.ts";
import { testRule } from "./testing/bench-device.ts";

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;
const T = Date.UTC(2026, 5, 1);
const SITE = { timeZone: "Asia/Shanghai", latitude: 30.3, longitude: 120.1 };

type Given = Parameters<typeof testRule>[0];

function ruleSet(rules: readonly Rule[], version = 1): RuleSet {
  return new RuleSet(rules.map((rule) => compileRule(rule, { version, kinds: DEVICE_KINDS })));
}

function kindNamed(kind: string): DeviceKind {
  const found = DEVICE_KINDS.get(kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return found;
}

function deviceWith(given: readonly Given[], { kind = "elevator", id = "d1" } = {}): VirtualDevice {
  return new VirtualDevice({ rules: ruleSet(given.map(testRule)), kind: kindNamed(kind), site: SITE, id }, T);
}

/** What happened, in minutes from the start. */
function told(device: VirtualDevice): (readonly [minute: number, change: string, severity: string])[] {
  return device.effects.map(({ at, change, alert }) => [(at - T) / MIN, change, alert.severity]);
}

const OFFLINE: Given = { levels: [{ severity: "high", when: { connection: ["offline"] } }] };
const HOT: Given = { levels: [{ severity: "medium", when: { point: "machineRoomTemperature", above: 40 } }] };
const ENTRAPMENT: Given = {
  latched: true,
  levels: [
    { severity: "critical", when: { any: [{ event: "entrapment" }, { point: "passengerAlarm", equals: true }] } },
  ],
};

describe("the promises of alerts, as far as the engine keeps them", () => {
  it("1. data arrives in the same tick as the offline alert: it clears", () => {
    const device = deviceWith([OFFLINE]);
    device.values(T, { carLoad: 5 });
    device.connect(T + 10 * MIN, "offline");
    device.values(T + 10 * MIN, { carLoad: 6 });
    expect(told(device)).toEqual([
      [10, "opened", "high"],
      [10, "cleared", "high"],
    ]);
    device.connect(T + 10 * MIN, "offline");
    const opened = device.effects.filter(({ change }) => change === "opened");
    expect(new Set(opened.map(({ alert }) => alert.id)).size, "another one, though of the same moment").toBe(2);
  });

  it("2. cleared by hand and true again later: a new id", () => {
    const device = deviceWith([{ levels: [{ ...level(HOT), clearFor: "1h" }] }]);
    device.values(T, { machineRoomTemperature: 45 });
    device.values(T + MIN, { machineRoomTemperature: 20 });
    expect(device.close(T + 2 * MIN, "test.rule", { by: "person:li", outcome: "real" })).toBe(true);
    device.values(T + 3 * MIN, { machineRoomTemperature: 45 });
    const ids = device.effects.filter(({ change }) => change === "opened").map(({ alert }) => alert.id);
    expect(new Set(ids).size).toBe(2);
    expect(device.close(T + 4 * MIN, "test.rule", { by: "person:li", outcome: "real" }), "it holds").toBe(false);
  });

  it("3. real durations on alerts with a clear condition; a 1 s blip never fires a 2 s `for`", () => {
    const device = deviceWith([
      {
        levels: [
          {
            severity: "high",
            when: { point: "occupied", equals: true },
            for: "2s",
            clear: { point: "passengerAlarm", equals: false },
            clearFor: "3s",
          },
        ],
      },
    ]);
    device.values(T, { occupied: true, passengerAlarm: true });
    device.values(T + S, { occupied: false });
    device.until(T + MIN);
    expect(told(device)).toEqual([]);
    device.values(T + 2 * MIN, { occupied: true });
    device.values(T + 3 * MIN, { occupied: false });
    device.until(T + 4 * MIN);
    expect(told(device), "its condition is over, but not clear").toEqual([[2 + 2 / 60, "opened", "high"]]);
    device.values(T + 5 * MIN, { passengerAlarm: false });
    device.until(T + 6 * MIN);
    expect(told(device).at(-1)).toEqual([5 + 3 / 60, "cleared", "high"]);
  });

  it("4. restart during pending: neither lost nor restarted; no mass-offline storm after our own outage", () => {
    const given: Given = {
      levels: [{ severity: "high", when: { point: "passengerAlarm", equals: true }, for: "10m" }],
    };
    const device = deviceWith([given, { ...OFFLINE, id: "test.silent", levels: [absent("15m")] }]);
    device.values(T, { passengerAlarm: true });
    device.restart();
    device.blind(T + 35 * MIN, 30 * MIN);
    device.restart();
    expect(told(device)).toEqual([]);
    device.until(T + 60 * MIN);
    expect(told(device)).toEqual([
      [40, "opened", "high"],
      [45 + 1 / MIN, "opened", "high"],
    ]);
  });

  it("5. a retained or replayed message does not make a dead device healthy", () => {
    const device = deviceWith([HOT]);
    device.values(T, { machineRoomTemperature: 20 });
    device.values(T + 5 * MIN, { machineRoomTemperature: 45 });
    device.values(T + 6 * MIN, { machineRoomTemperature: 20 }, { observedAt: T });
    expect(told(device)).toEqual([[5, "opened", "medium"]]);
  });

  it("6. a device goes silent while in alert: the alert stays, marked stale; no “resolved”", () => {
    const device = deviceWith([HOT]);
    device.values(T, { machineRoomTemperature: 45 });
    device.connect(T + MIN, "offline");
    device.until(T + 48 * H);
    expect(told(device)).toEqual([
      [0, "opened", "medium"],
      [1, "stale", "medium"],
    ]);
    expect(device.rules.state("test.rule")?.alert).toMatchObject({ active: true, stale: true });
  });

  it("12. two rules, one device, one instant: order of evaluation does not change the result", () => {
    const better: Given = { ...HOT, id: "test.better", replaces: ["test.rule"] };
    const results = [
      [HOT, better],
      [better, HOT],
    ].map((rules) => {
      const device = deviceWith(rules);
      device.values(T, { machineRoomTemperature: 45 });
      device.values(T + 5 * MIN, { machineRoomTemperature: 20 });
      return device.effects;
    });
    expect(results[0]).toEqual(results[1]);
    expect(results[0]?.map(({ alert, change }) => `${alert.ruleId} ${change}`)).toEqual([
      "test.better opened",
      "test.better cleared",
    ]);
  });

  it("13. duplicates ×10, DUP flag, re-ordering by an hour, same timestamp with another value: as the clean series", () => {
    const series = Array.from({ length: 120 }, (_, minute) => ({
      minute,
      temperature: minute % 40 > 20 ? 45 : 20,
      trapped: minute === 70,
    }));
    const cases = [
      { ...HOT, id: "test.hot" },
      { ...ENTRAPMENT, id: "test.trapped" },
    ];
    const play = (isClean: boolean) => {
      const device = deviceWith(cases);
      const sent = series.flatMap((said) => {
        const repeats = isClean ? 1 : 11;
        return Array.from({ length: repeats }, (_, n) => ({
          ...said,
          at: said.minute + (n < 6 ? 0 : n * 6),
          temperature: n % 2 === 0 ? said.temperature : 65 - said.temperature,
        }));
      });
      for (const { at, minute, temperature, trapped } of sent.toSorted((a, b) => a.at - b.at)) {
        const observedAt = T + minute * MIN;
        device.values(T + at * MIN, { machineRoomTemperature: temperature }, { observedAt });
        if (trapped) device.event(T + at * MIN, "entrapment", { observedAt });
      }
      device.until(T + 3 * H);
      return device.effects
        .filter(({ change }) => change !== "seen")
        .map(({ at, alert, change }) => [at, alert.id, change]);
    };
    expect(play(true).map(([, , change]) => change)).toEqual([
      "opened",
      "cleared",
      "opened",
      "opened",
      "cleared",
      "opened",
      "stale",
    ]);
    expect(play(false)).toEqual(play(true));
  });

  it("14. an entrapment buffered by a 6-minute gap pages on arrival", () => {
    for (const send of [
      (device: VirtualDevice) => device.event(T + 6 * MIN, "entrapment", { observedAt: T }),
      (device: VirtualDevice) => device.values(T + 6 * MIN, { passengerAlarm: true }, { observedAt: T }),
    ]) {
      const device = deviceWith([ENTRAPMENT]);
      send(device);
      expect(told(device)).toEqual([[6, "opened", "critical"]]);
      expect(device.effects[0]?.alert.beganAt).toBe(T);
    }
  });

  it("14. a fridge's night delivered at dawn raises its excursion", () => {
    const device = deviceWith([EXCURSION], { kind: "medicine-vending-machine" });
    const point = "compartment.main.temperature";
    device.values(T, { [point]: 5 });
    for (let minute = 1; minute <= 300; minute++) {
      const value = minute > 60 && minute < 200 ? 12 : 5;
      device.values(T + 6 * H + minute, { [point]: value }, { observedAt: T + minute * MIN });
    }
    expect(told(device).map(([, change]) => change)).toEqual(["opened"]);
  });

  it("15. one reading stamped 2099 changes nothing for the readings that follow", () => {
    const play = (wrong: boolean) => {
      const device = deviceWith([EXCURSION], { kind: "medicine-vending-machine" });
      for (let minute = 0; minute <= 300; minute++) {
        const at = T + minute * MIN;
        if (wrong && minute === 100) {
          device.values(at, { "compartment.main.temperature": 60 }, { observedAt: Date.UTC(2099, 0) });
        }
        device.values(at, { "compartment.main.temperature": minute > 120 ? 12 : 5 });
      }
      return told(device);
    };
    expect(play(true)).toEqual(play(false));
    expect(play(true)).toHaveLength(1);
  });

  it("16. a second trapped lift is an alert of its own", () => {
    const alerts = ["lift-1", "lift-2"].map((id) => {
      const device = deviceWith([ENTRAPMENT], { id });
      device.event(T, "entrapment");
      return device.effects[0]?.alert.id;
    });
    expect(new Set(alerts).size).toBe(2);
  });

  it("17. an alert that becomes critical says so once more, as the same alert", () => {
    const device = deviceWith([
      {
        levels: [
          { severity: "medium", when: { point: "machineRoomTemperature", above: 40 } },
          { severity: "critical", when: { point: "machineRoomTemperature", above: 60 } },
        ],
      },
    ]);
    device.values(T, { machineRoomTemperature: 45 });
    device.values(T + 5 * MIN, { machineRoomTemperature: 65 });
    expect(told(device)).toEqual([
      [0, "opened", "medium"],
      [5, "severity", "critical"],
    ]);
    expect(device.effects[1]).toMatchObject({ before: "medium", alert: { id: device.effects[0]?.alert.id } });
  });

  it("18. editing or deleting a rule while it fires never sends “fixed”", () => {
    const cooler: Given = { levels: [{ severity: "medium", when: { point: "machineRoomTemperature", above: 50 } }] };
    const sets = [ruleSet([testRule(cooler)], 2), ruleSet([]), ruleSet([testRule({ ...HOT, start: "off" })], 2)];
    for (const edited of sets) {
      const device = deviceWith([HOT]);
      device.values(T, { machineRoomTemperature: 45 });
      device.rulesChanged(T + MIN, edited, "person:wang");
      expect(told(device).at(-1)).toEqual([1, "ended", "medium"]);
      expect(device.effects.at(-1)?.alert.endedBy).toBe("rule");
      expect(device.effects.at(-1)?.reason).toBe("rule changed by person:wang");
    }
  });

  it("18. what is latched outlives its rule, until a person closes it", () => {
    const device = deviceWith([ENTRAPMENT]);
    device.event(T, "entrapment");
    device.rulesChanged(T + MIN, ruleSet([]), "person:wang");
    expect(told(device)).toEqual([[0, "opened", "critical"]]);
    device.restart();
    expect(device.close(T + 2 * MIN, "test.rule", { by: "person:li", outcome: "real" })).toBe(true);
    expect(device.effects.at(-1)?.alert.endedBy).toBe("person");
  });

  it("20. lamp commands at dusk with power reported every 15 minutes raise nothing; a dark lamp does", () => {
    const rule: Given = {
      kinds: ["streetlight"],
      levels: [
        {
          severity: "medium",
          when: {
            all: [
              { point: "dimmingCommand", atLeast: 20 },
              { point: "activePower", below: 5 },
            ],
          },
          for: "10m",
        },
      ],
    };
    const dusk = (isBroken: boolean) => {
      const device = deviceWith([rule], { kind: "streetlight" });
      let command = 0;
      for (let minute = 0; minute <= 240; minute++) {
        if (minute === 62) command = 60;
        if (minute === 91) command = 100;
        const values: Record<string, number> = { dimmingCommand: command };
        if (minute % 15 === 0) values["activePower"] = isBroken ? 0 : command;
        if (minute === 62 || minute === 91 || minute % 15 === 0) device.values(T + minute * MIN, values);
      }
      return told(device);
    };
    expect(dusk(false)).toEqual([]);
    expect(dusk(true)).toEqual([[90, "opened", "medium"]]);
  });
});

const EXCURSION: Given = {
  kinds: ["medicine-vending-machine"],
  latched: true,
  levels: [
    {
      severity: "critical",
      when: {
        total: { of: { point: "compartment.{id}.temperature", above: 8 }, atLeast: "2h", within: "24h" },
      },
    },
  ],
};

function level({ levels }: Given): Given["levels"][number] {
  return levels[0] as Given["levels"][number];
}

function absent(longerThan: string): Given["levels"][number] {
  return { severity: "high", when: { absent: { longerThan } } };
}
