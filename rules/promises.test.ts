import { parseRuleTest, runRuleTest } from "@linli/alerting";
import { DEVICE_KINDS } from "@linli/model";
import { describe, expect, it } from "vitest";
import { loadShippedRules, relatedRules } from "./src/index.ts";

const { rules } = await loadShippedRules();

/** What a shipped rule, among those that it has to do with, gets wrong of a test. */
function failuresOf(text: string): readonly string[] {
  const { test, problems } = parseRuleTest(text, "promise.test.yaml");
  const rule = rules.find(({ id }) => id === test?.rule);
  if (test === undefined || rule === undefined) return [`no such test or rule: ${JSON.stringify(problems)}`];
  const others = relatedRules(rule, rules, test.device.kind);
  return runRuleTest(rule, test, { kinds: DEVICE_KINDS, others }).flatMap(({ failures }) => failures);
}

describe("the promises of alerts, as far as the shipped rules keep them", () => {
  it("19. a blocked sale that the machine does not confirm is a critical alert, two minutes later", () => {
    const blocked = (confirmed: string, expected: string) => `
rule: meds.saleStillPossible
device: { kind: medicine-vending-machine }
start: 2026-06-01T02:00:00+08:00
cases:
  - name: a fridge at 12 degrees
    input:
      - { at: 0s, reading: { saleState: open, compartment.1.zone: cold, compartment.1.temperature: 12 } }
      - { from: 1m, to: 30m, every: 1m, reading: { compartment.1.temperature: 12 } }
      ${confirmed}
    expect:
      - { at: 11m, alert: none }
      ${expected}
`;
    expect(failuresOf(blocked("", "- { at: 12m, alert: critical }"))).toEqual([]);
    const held = "- { at: 690s, reading: { saleState: held } }";
    expect(failuresOf(blocked(held, "- { at: 30m, alert: none, episodes: 0 }"))).toEqual([]);
  });

  it("20. lamp commands at dusk with power reported every 15 minutes raise nothing; a dark lamp does", () => {
    const dusk = (watts: number, expected: string) => `
rule: light.lampDark
device: { kind: streetlight }
start: 2026-06-01T17:00:00+08:00
cases:
  - name: dusk
    input:
      - { at: 0s, reading: { commandInAction: 0, activePower: 0, nominalPower: 100 } }
      - { from: 15m, to: 105m, every: 15m, reading: { activePower: 0 } }
      - { at: 107m, reading: { commandInAction: 60 } }
      - { at: 120m, reading: { activePower: ${watts * 0.6} } }
      - { at: 122m, reading: { commandInAction: 100 } }
      - { from: 135m, to: 180m, every: 15m, reading: { activePower: ${watts} } }
    expect:
      ${expected}
`;
    expect(failuresOf(dusk(100, "- { at: 180m, alert: none, episodes: 0 }"))).toEqual([]);
    expect(failuresOf(dusk(0, "- { at: 180m, alert: medium, episodes: 1 }"))).toEqual([]);
    expect(failuresOf(dusk(0, "- { at: 119m, alert: none, episodes: 0 }"))).toEqual([]);
  });
});
