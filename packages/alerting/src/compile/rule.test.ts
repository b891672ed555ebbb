import { isLinliError, type Problem } from "@linli/model";
import { describe, expect, it } from "vitest";
import { compile } from "../testing/bench-device.ts";

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
