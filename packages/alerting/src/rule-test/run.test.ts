import { DEVICE_KINDS, isLinliError } from "@linli/model";
import { describe, expect, it } from "vitest";
import { parseRuleFile } from "../rule-file.ts";
import { runRuleTest } from "./run.ts";
import { parseRuleTest } from "./test-file.ts";

const RULE = `
id: meds.tooWarm
kinds: [medicine-vending-machine]
name: { zh: 过热, en: Too warm }
start: armed
role: pharmacist
params: { limit: 8 }
levels:
  - severity: high
    when: { point: "compartment.{id}.temperature", above: $limit, deadband: 0.5 }
    for: 5m
text: { zh: 过热, en: Too warm }
steps: { zh: 看看, en: Look }
`;

const testOf = (cases: string, head = "device: { kind: medicine-vending-machine }") => `
rule: meds.tooWarm
${head}
start: 2026-06-01T08:00:00+08:00
cases:
  - name: it
${cases}`;

function run(cases: string, head?: string) {
  const { rule, problems } = parseRuleFile(RULE, "rule.yaml");
  expect(problems).toEqual([]);
  const parsed = parseRuleTest(testOf(cases, head), "rule.test.yaml");
  expect(parsed.problems).toEqual([]);
  if (rule === undefined || parsed.test === undefined) throw new Error("not parsed");
  return runRuleTest(rule, parsed.test, { kinds: DEVICE_KINDS }).flatMap(({ failures }) => failures);
}

describe("a rule's test", () => {
  it("passes when the alert is there at its time and gone at its time", () => {
    const failures = run(`
    input:
      - { from: 0s, to: 10m, every: 1m, reading: { compartment.main.temperature: 9, compartment.low.temperature: 4 } }
      - { from: 11m, to: 20m, every: 1m, reading: { compartment.main.temperature: 9..4 } }
    expect:
      - { at: 4m, alert: none, pending: true }
      - { at: 5m, alert: high, episodes: 1 }
      - { at: 12m, alert: high, stale: false }
      - { at: 20m, alert: none, pending: false }`);
    expect(failures).toEqual([]);
  });

  it("says what it expected, what it got and what came nearest", () => {
    const failures = run(`
    input:
      - { from: 0s, to: 10m, every: 1m, reading: { compartment.main.temperature: 9 } }
    expect:
      - { at: 90s, alert: critical }
      - { at: 10m, alert: none, stale: true }`);
    expect(failures).toEqual([
      "expected meds.tooWarm critical at 1m30s, got none; nearest: opened high at 5m",
      "expected no meds.tooWarm at 10m, got high; nearest: opened high at 5m",
      "expected meds.tooWarm stale at 10m, but it is not; nearest: opened high at 5m",
    ]);
  });

  it("goes by the device's own numbers, in the case that states them", () => {
    const failures = run(`
    params: { limit: 10 }
    input:
      - { from: 0s, to: 10m, every: 1m, reading: { compartment.main.temperature: 9 } }
    expect:
      - { at: 10m, alert: none }`);
    expect(failures).toEqual([]);
  });

  it("falls silent as a device does", () => {
    const failures = run(`
    input:
      - { from: 0s, to: 10m, every: 1m, reading: { compartment.main.temperature: 9 } }
      - { at: 20m, connection: offline }
      - { at: 30m, reading: { compartment.main.temperature: 9 } }
    expect:
      - { at: 12m, alert: high, stale: false }
      - { at: 13m, alert: high, stale: true }
      - { at: 25m, alert: high, stale: true }
      - { at: 30m, alert: high, stale: false }`);
    expect(failures).toEqual([]);
  });

  it("is refused when it speaks of what the kind does not have", () => {
    const wrong = `
    input:
      - { at: 0s, reading: { carLoad: 9 } }
    expect:
      - { at: 1s, alert: none }`;
    expect(() => run(wrong)).toThrow("cannot be run");
    try {
      run(wrong);
    } catch (error) {
      expect(isLinliError(error, "invalid") && error.problems).toEqual([
        { field: "cases.0.input.0", value: "carLoad", message: "medicine-vending-machine has no such point" },
      ]);
    }
  });

  it("is refused with line and column where it is malformed", () => {
    const { problems } = parseRuleTest(
      testOf(`
    input: [{ at: soon, reading: { a: 1 } }]
    expect: [{ at: 1s, alert: loud }]`),
      "x.test.yaml",
    );
    expect(problems.map(({ field }) => field.split(" ")[0])).toEqual([
      expect.stringMatching(/^x\.test\.yaml:8:/),
      expect.stringMatching(/^x\.test\.yaml:9:/),
    ]);
  });
});
