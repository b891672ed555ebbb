import { expect, it } from "vitest";
import { parseScenario } from "./scenario-file.ts";

const good = `title: { zh: 甲, en: A }
about: { zh: 乙, en: B }
start: 2026-06-01T08:00:00+08:00
lasts: 10m
fleet: { devices: [{ id: lift-a, kind: elevator }] }
steps:
  - { at: 1m, event: entrapment, on: lift-a }
expect:
  - { alert: lift.entrapment, on: lift-a, between: [1m, 2m] }
`;

it("reads times as offsets and fills in what is usual", () => {
  const { scenario } = parseScenario(good, "a.yaml");
  expect(scenario?.steps[0]).toEqual({ type: "event", at: 60_000, event: "entrapment", on: "lift-a" });
  expect(scenario?.site.timeZone).toBe("Asia/Shanghai");
  expect(scenario?.fleet.devices[0]).toMatchObject({ every: 60_000, repeats: true, gatewayId: null });
});

it("says file, line and column of everything that is wrong", () => {
  const bad = good
    .replace("event: entrapment, on", "event: entrapment, fault: x, on")
    .replace("[1m, 2m]", "[1m, soon]");
  const { scenario, problems } = parseScenario(bad, "a.yaml");
  expect(scenario).toBeUndefined();
  expect(problems.map(({ field, message }) => `${field}: ${message}`)).toEqual([
    expect.stringMatching(/^a\.yaml:7:5 steps\.0: exactly one of fault, reading, event/),
    expect.stringMatching(/^a\.yaml:9:57 expect\.0\.between\.1: not a duration/),
  ]);
});
