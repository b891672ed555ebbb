import { DEVICE_KINDS, isLinliError, type Problem } from "@linli/model";
import { describe, expect, it } from "vitest";
import { compile, testRule } from "../testing/bench-device.ts";
import { checkNumbers } from "./rule.ts";

type Given = Parameters<typeof compile>[0];

function problemsOf(given: Given): readonly Pick<Problem, "field" | "message">[] {
  try {
    compile(given);
    return [];
  } catch (error) {
    if (!isLinliError(error, "invalid")) throw error;
    return error.problems.map(({ field, message }) => ({ field, message }));
  }
}

function problemsOfWhen(when: Given["levels"][number]["when"]) {
  return problemsOf({ levels: [{ severity: "medium", when }] });
}

describe("a rule that would never fire is refused, with the place and the reason", () => {
  it("when it waits for a fault of what has no range", () => {
    expect(problemsOfWhen({ faulty: "driveTemperature" })).toEqual([]);
    expect(problemsOfWhen({ faulty: "passengerAlarm" })).toEqual([
      { field: "levels.0.when.faulty", message: "has no range: no value of it is ever faulty" },
    ]);
    expect(problemsOfWhen({ faulty: "driveTemprature" })).toEqual([
      { field: "levels.0.when.faulty", message: "the kind elevator has no such point" },
    ]);
  });
});

describe("a rule of life safety", () => {
  const alarm = { levels: [{ severity: "critical" as const, when: { point: "passengerAlarm", equals: true } }] };

  it("may be tried in shadow, and whoever does is warned", () => {
    expect(compile({ ...alarm, lifeSafety: true, start: "shadow" }).warnings).toEqual([
      { field: "start", message: "a rule of life safety that is in shadow tells nobody: arm it", value: "shadow" },
    ]);
    expect(compile({ ...alarm, start: "shadow" }).warnings).toEqual([]);
    expect(compile({ ...alarm, lifeSafety: true }).warnings).toEqual([]);
  });
});

describe("lengths of time that devices may have their own of", () => {
  const alarm = { point: "passengerAlarm", equals: true };
  const rule = {
    params: { hold: "5m", window: "1h", low: 5, high: 40 },
    levels: [
      {
        severity: "high" as const,
        when: {
          any: [
            { count: { of: alarm, atLeast: 3, within: "$window" } },
            { point: "machineRoomTemperature", outside: ["$low", "$high"] as [string, string] },
          ],
        },
        for: "$hold",
      },
    ],
  };

  it("are known by their names, and are ms", () => {
    const compiled = compile(rule);
    expect(compiled.rule.params).toMatchObject({ hold: 300_000, window: 3_600_000 });
    expect([...compiled.spans].toSorted()).toEqual(["hold", "window"]);
    expect(compiled.levels[0]?.forMs).toBe(300_000);
    expect(compiled.levelsBy?.({ ...compiled.rule.params, hold: 60_000 })[0]?.forMs).toBe(60_000);
  });

  it("are refused where the rule has none of that name, or one that is no length of time", () => {
    expect(problemsOf({ levels: [{ severity: "high", when: alarm, for: "$hold" }] })).toEqual([
      { field: "levels.0.for", message: "no such parameter: declare it under params" },
    ]);
    expect(problemsOf({ ...rule, params: { ...rule.params, hold: -1, window: 0 } })).toEqual([
      { field: "levels.0.when.any.0.count.within", message: "must be longer than nothing" },
      { field: "levels.0.for", message: "no length of time: from nothing to ten years, in whole ms" },
    ]);
  });

  it("are checked for one device as for the rule", () => {
    const checked = (own: Record<string, number>) =>
      checkNumbers(testRule(rule), own, DEVICE_KINDS).map(({ field, message }) => `${field}: ${message}`);
    expect(checked({ hold: 0, window: 60_000, low: -10 })).toEqual([]);
    expect(checked({ holds: 1 })).toEqual(["params.holds: the rule has no such number"]);
    expect(checked({ low: Number.NaN })).toEqual(["params.low: must be a finite number"]);
    expect(checked({ low: 50 })).toEqual([
      "levels.0.when.any.1.outside: the lower one comes first: every value would be outside",
    ]);
    expect(checked({ window: 0.5 })).toEqual([
      "levels.0.when.any.0.count.within: no length of time: from nothing to ten years, in whole ms",
    ]);
  });
});
