import { minutes } from "@linli/model";
import { describe, expect, it } from "vitest";
import { parseScenario, type Scenario } from "../scenario/file/scenario-file.ts";
import { runScenario } from "../scenario/run.ts";
import { shippedRules } from "../scenario/shipped-rules.ts";
import type { Book } from "../scenario/stage/book.ts";
import { stageFleet } from "../scenario/stage/fleet.ts";
import { faultsOf } from "../scenario/stage/time-line.ts";
import { live } from "./live.ts";

const TEXT = `title: { zh: 甲, en: A }
about: { zh: 乙, en: B }
start: 2026-06-01T20:00:00+08:00
lasts: 3h
fleet: { bundled: { places: [huayuan-01] }, habits: gentle }
steps:
  - { at: 1h, fault: entrapment, on: lift-huayuan-01-1 }
expect:
  - { alert: lift.entrapment, on: lift-huayuan-01-1, between: [1h, 62m] }
`;

function parsed(text: string): Scenario {
  const { scenario, problems } = parseScenario(text, "a.yaml");
  if (scenario === undefined) throw new Error(JSON.stringify(problems));
  return scenario;
}

/** What was raised, and when to the minute. */
const raised = ({ decided, start }: Book) =>
  decided
    .filter(({ effect }) => effect.change === "opened")
    .map(({ at, effect, shadow }) => {
      const { ruleId, deviceId, severity } = effect.alert;
      return [Math.floor((at - start) / minutes(1)), ruleId, deviceId, severity, shadow].join(" ");
    })
    .toSorted();

/** Who was told of it when it was new, and by what: afterwards somebody is on it here, and nobody there. */
const toldOfNew = ({ carried }: Book) =>
  carried
    .filter(({ message }) => message.occasion === "opened")
    .map(({ address, channelId, message }) => `${message.alerts[0]?.ruleId} ${channelId} ${String(address)}`)
    .toSorted();

describe("a time lived through without a broker", () => {
  it("raises the same and tells the same people as the whole platform does", async () => {
    const scenario = parsed(TEXT);
    const rules = await shippedRules();
    const faults = faultsOf(scenario, stageFleet(scenario));
    const whole = await runScenario(scenario, rules);
    const lived = await live(scenario, rules, { faults });
    expect(whole.failures).toEqual([]);
    expect(raised(lived)).toEqual(raised(whole.book));
    expect(toldOfNew(lived)).toEqual(toldOfNew(whole.book));
    expect(toldOfNew(lived)).toContain("lift.entrapment phone liu");
    expect(lived.messages).toBeGreaterThan(1_000);
  });

  it("is the same at each run", async () => {
    const scenario = parsed(TEXT);
    const rules = await shippedRules();
    const faults = faultsOf(scenario, stageFleet(scenario));
    const [one, other] = [await live(scenario, rules, { faults }), await live(scenario, rules, { faults })];
    expect(other.decided).toEqual(one.decided);
    expect(other.carried).toEqual(one.carried);
  });
});
