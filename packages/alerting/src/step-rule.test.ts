import { describe, expect, it } from "vitest";
import { BenchDevice, compile } from "./testing/bench-device.ts";

const S = 1_000;
const MIN = 60 * S;
const T = Date.UTC(2026, 5, 1);
const hot = { point: "driveTemperature", above: 75, deadband: 5 };
const levels = (level: object) => ({ levels: [{ severity: "medium" as const, when: hot, ...level }] });

describe("an episode", () => {
  it("opens when the condition holds, and clears when it is over by the dead-band", () => {
    const device = new BenchDevice(compile(levels({})));
    device.values(T, { driveTemperature: 70 });
    device.values(T + MIN, { driveTemperature: 76 });
    device.values(T + 2 * MIN, { driveTemperature: 71 });
    device.values(T + 3 * MIN, { driveTemperature: 69 });
    expect(device.told).toEqual([
      [T + MIN, "opened", "medium"],
      [T + 3 * MIN, "cleared", "medium"],
    ]);
    expect(device.effects[0]?.alert).toMatchObject({
      id: `test.rule_d1_${(T + MIN).toString(36)}`,
      active: true,
      facts: [{ what: "driveTemperature", value: 76, asked: "above 75", observedAt: T + MIN }],
    });
    expect(device.effects[1]?.alert).toMatchObject({ active: false, clearedAt: T + 3 * MIN, endedBy: "cleared" });
    expect(device.state).toBeUndefined();
  });

  it("waits for its `for`, and for a second measurement", () => {
    const device = new BenchDevice(compile(levels({ for: "90s" })));
    device.values(T, { driveTemperature: 80 });
    device.until(T + 100 * S);
    expect(device.told).toEqual([]);
    device.values(T + 2 * MIN, { driveTemperature: 80 });
    expect(device.told).toEqual([[T + 2 * MIN, "opened", "medium"]]);
  });

  it("waits for a second measurement of what makes it true, and of nothing else", () => {
    const either = compile({
      levels: [{ severity: "high", when: { any: [hot, { point: "passengerAlarm", equals: true }] }, for: "5m" }],
    });
    const alarm = new BenchDevice(either);
    alarm.values(T, { driveTemperature: 20 });
    alarm.values(T + MIN, { passengerAlarm: true });
    alarm.until(T + 10 * MIN);
    expect(alarm.told, "an alarm stands until it is said to be over").toEqual([[T + 6 * MIN, "opened", "high"]]);
    const heat = new BenchDevice(either);
    heat.values(T, { driveTemperature: 90, passengerAlarm: false });
    heat.values(T + MIN, { passengerAlarm: false });
    heat.until(T + 10 * MIN);
    expect(heat.told, "one measurement, however much else is said").toEqual([]);
    heat.values(T + 11 * MIN, { driveTemperature: 90 });
    expect(heat.told).toEqual([[T + 11 * MIN, "opened", "high"]]);
    const rooms = compile({
      levels: [{ severity: "high", when: { any: [hot, { point: "machineRoomTemperature", above: 40 }] }, for: "5m" }],
    });
    const cool = new BenchDevice(rooms);
    cool.values(T, { driveTemperature: 90, machineRoomTemperature: 20 });
    cool.values(T + MIN, { machineRoomTemperature: 20 });
    cool.until(T + 10 * MIN);
    expect(cool.told, "what is cool confirms nothing").toEqual([]);
  });

  it("waits no longer for a second measurement than for a silence that would do", () => {
    const silent = { absent: { longerThan: "10m" } };
    const device = new BenchDevice(
      compile({ levels: [{ severity: "high", when: { any: [silent, hot] }, for: "5m" }] }),
    );
    device.values(T, { driveTemperature: 90 });
    device.until(T + 20 * MIN);
    expect(device.told).toEqual([[T + 10 * MIN + 1, "opened", "high"]]);
  });

  it("does not fire a `for` of 2 s for a blip of 1 s", () => {
    const blip = compile({
      levels: [{ severity: "high", when: { point: "passengerAlarm", equals: true }, for: "2s" }],
    });
    const device = new BenchDevice(blip);
    device.values(T, { passengerAlarm: true });
    device.values(T + S, { passengerAlarm: false });
    device.until(T + MIN);
    expect(device.told).toEqual([]);
    device.values(T + 2 * MIN, { passengerAlarm: true });
    device.until(T + 2 * MIN + 2 * S + 1);
    expect(device.told).toEqual([[T + 2 * MIN + 2 * S, "opened", "high"]]);
  });

  it("recovers for its `clearFor` before it is cleared", () => {
    const device = new BenchDevice(compile(levels({ clearFor: "5m" })));
    device.values(T, { driveTemperature: 80 });
    device.values(T + MIN, { driveTemperature: 60 });
    device.values(T + 2 * MIN, { driveTemperature: 80 });
    device.values(T + 3 * MIN, { driveTemperature: 60 });
    device.until(T + 10 * MIN);
    expect(device.told.filter(([, change]) => change !== "seen")).toEqual([
      [T, "opened", "medium"],
      [T + 8 * MIN, "cleared", "medium"],
    ]);
  });

  it("that begins again after a clear is a new one", () => {
    const device = new BenchDevice(compile(levels({})));
    for (const [minute, value] of [80, 60, 80].entries()) device.values(T + minute * MIN, { driveTemperature: value });
    const ids = device.effects.map(({ alert }) => alert.id);
    expect(new Set(ids).size).toBe(2);
  });
});

describe("severity", () => {
  const rule = {
    levels: [
      { severity: "medium" as const, when: { point: "driveTemperature", above: 75 } },
      { severity: "high" as const, when: { point: "driveTemperature", above: 90 } },
    ],
  };

  it("goes up at once and down after ten minutes, in one alert", () => {
    const device = new BenchDevice(compile(rule));
    device.values(T, { driveTemperature: 80 });
    device.values(T + MIN, { driveTemperature: 95 });
    device.values(T + 2 * MIN, { driveTemperature: 80 });
    device.until(T + 20 * MIN);
    expect(device.told).toEqual([
      [T, "opened", "medium"],
      [T + MIN, "severity", "high"],
      [T + 12 * MIN, "severity", "medium"],
    ]);
    expect(new Set(device.effects.map(({ alert }) => alert.id)).size).toBe(1);
  });
});

describe("what is not known", () => {
  it("makes an alert stale, never clear, and fresh again", () => {
    const device = new BenchDevice(compile(levels({})));
    device.values(T, { driveTemperature: 80 });
    device.makeStale("driveTemperature");
    device.signal(T + 10 * MIN, { type: "due" });
    device.signal(T + 60 * MIN, { type: "due" });
    device.values(T + 61 * MIN, { driveTemperature: 80 });
    expect(device.told.map(([, change]) => change)).toEqual(["opened", "stale", "fresh"]);
  });

  it("is a point that was never reported: the rule says nothing", () => {
    const device = new BenchDevice(compile(levels({})));
    device.values(T, { carLoad: 50 });
    expect(device.state).toBeUndefined();
    expect(device.told).toEqual([]);
  });
});

describe("a latched alert", () => {
  const entrapment = { latched: true, levels: [{ severity: "critical" as const, when: { event: "entrapment" } }] };

  it("is ended by a person alone", () => {
    const device = new BenchDevice(compile(entrapment));
    device.event(T, "entrapment");
    device.values(T + MIN, { carLoad: 0 });
    device.until(T + 600 * MIN);
    device.signal(T + 601 * MIN, { type: "closed", by: "person:li", outcome: "freed" });
    expect(device.told).toEqual([
      [T, "opened", "critical"],
      [T + 601 * MIN, "cleared", "critical"],
    ]);
    expect(device.effects[1]?.alert.endedBy).toBe("person");
  });

  it("pages on arrival when it was buffered, and says when it began", () => {
    const device = new BenchDevice(compile(entrapment));
    device.event(T + 6 * MIN, "entrapment", {}, T);
    expect(device.effects[0]?.alert).toMatchObject({ openedAt: T + 6 * MIN, beganAt: T });
  });

  it("is no news after a day", () => {
    const device = new BenchDevice(compile(entrapment));
    device.event(T + 25 * 60 * MIN, "entrapment", {}, T);
    expect(device.told).toEqual([]);
  });

  it("cannot be closed while its condition holds", () => {
    const alarm = {
      latched: true,
      levels: [{ severity: "critical" as const, when: { point: "passengerAlarm", equals: true } }],
    };
    const device = new BenchDevice(compile(alarm));
    device.values(T, { passengerAlarm: true });
    device.signal(T + MIN, { type: "closed", by: "person:li", outcome: "nuisance" });
    expect(device.told.at(-1)).toEqual([T, "opened", "critical"]);
    device.values(T + 2 * MIN, { passengerAlarm: false });
    device.signal(T + 3 * MIN, { type: "closed", by: "person:li", outcome: "nuisance" });
    expect(device.told.at(-1)).toEqual([T + 3 * MIN, "cleared", "critical"]);
  });
});

describe("a person who closes what nobody can confirm", () => {
  const alarm = (lifeSafety: boolean) =>
    compile({
      latched: true,
      lifeSafety,
      levels: [{ severity: "critical" as const, when: { point: "passengerAlarm", equals: true } }],
    });
  const silent = (lifeSafety: boolean) => {
    const device = new BenchDevice(alarm(lifeSafety));
    device.values(T, { passengerAlarm: true });
    device.makeStale("passengerAlarm");
    device.signal(T + MIN, { type: "stale", point: "passengerAlarm" });
    return device;
  };
  const close = { type: "closed", by: "person:li", outcome: "real" } as const;

  it("is believed, and it is said that the device was silent", () => {
    const device = silent(false);
    device.signal(T + 2 * MIN, close);
    expect(device.effects.at(-1)).toMatchObject({
      change: "cleared",
      alert: { active: false, endedBy: "person" },
      reason: "closed by person:li: real, while its input was silent",
    });
  });

  it("has to wait where a life is at stake: until the device says that it is over", () => {
    const device = silent(true);
    device.signal(T + 2 * MIN, close);
    expect(device.told.at(-1)?.[1]).toBe("stale");
    device.values(T + 3 * MIN, { passengerAlarm: false });
    device.signal(T + 4 * MIN, close);
    expect(device.told.at(-1)).toEqual([T + 4 * MIN, "cleared", "critical"]);
  });

  it("or, when it never speaks again, for a day", () => {
    const device = silent(true);
    const day = 24 * 60 * MIN;
    device.signal(T + day, close);
    expect(device.told.at(-1)?.[1]).toBe("stale");
    device.signal(T + MIN + day, close);
    expect(device.told.at(-1)).toEqual([T + MIN + day, "cleared", "critical"]);
  });
});

describe("time", () => {
  it("of our own blindness does not count", () => {
    const alarm = compile({
      levels: [{ severity: "high", when: { point: "passengerAlarm", equals: true }, for: "1m" }],
    });
    const device = new BenchDevice(alarm);
    device.values(T, { passengerAlarm: true });
    device.signal(T + 10 * MIN, { type: "blind", gapMs: 10 * MIN - S });
    expect(device.told).toEqual([]);
    device.until(T + 11 * MIN);
    expect(device.told).toEqual([[T + 11 * MIN - S, "opened", "high"]]);
  });

  it("that is past raises nothing for the moment", () => {
    const device = new BenchDevice(compile(levels({})));
    device.values(T + 60 * MIN, { driveTemperature: 99 }, T);
    expect(device.told).toEqual([]);
  });
});

describe("a rule that is edited", () => {
  it("ends the episode that no longer holds, and never calls it cleared", () => {
    const device = new BenchDevice(compile(levels({})));
    device.values(T, { driveTemperature: 80 });
    device.rule = compile(levels({ when: { point: "driveTemperature", above: 85 } }), 2);
    device.signal(T + MIN, { type: "rule", by: "person:wang" });
    expect(device.told.at(-1)).toEqual([T + MIN, "ended", "medium"]);
    expect(device.effects.at(-1)?.alert.endedBy).toBe("rule");
  });

  it("keeps the episode that still holds, pinned to the version that opened it", () => {
    const device = new BenchDevice(compile(levels({})));
    device.values(T, { driveTemperature: 80 });
    device.rule = compile(levels({ when: { point: "driveTemperature", above: 78 } }), 2);
    device.signal(T + MIN, { type: "rule", by: "person:wang" });
    expect(device.state?.alert).toMatchObject({ ruleVersion: 1, active: true });
  });
});
