import { expect, it } from "vitest";
import { parseScenario } from "./file/scenario-file.ts";
import { runScenario } from "./run.ts";
import { shippedRules } from "./shipped-rules.ts";

const text = `title: { zh: 甲, en: A }
about: { zh: 乙, en: B }
start: 2026-06-01T08:00:00+08:00
lasts: 5m
fleet: { devices: [{ id: lift-a, kind: elevator, says: { carMode: normal } }] }
steps:
  - { at: 3m, event: entrapment, data: { floorLabel: "3" }, on: lift-a }
  - { at: 1m, person: liu, does: acknowledge, alert: lift.entrapment, on: lift-a }
expect:
  - { alert: lift.entrapment, on: lift-a, between: [0s, 2m] }
`;

it("says what was expected, when, and what came nearest; and which step could not be played", async () => {
  const { scenario } = parseScenario(text, "a.yaml");
  if (scenario === undefined) throw new Error("not parsed");
  const { failures } = await runScenario(scenario, await shippedRules());
  expect(failures).toEqual([
    { path: "steps.1", message: "no open lift.entrapment on lift-a at that moment" },
    {
      path: "expect.0",
      message:
        "expected lift.entrapment on lift-a between 08:00 and 08:02, got nothing; " +
        "nearest: lift.entrapment on lift-a opened 08:03 (critical)",
    },
  ]);
});
