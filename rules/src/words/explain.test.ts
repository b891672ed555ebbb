import { parseRuleFile } from "@linli/alerting";
import { DEVICE_KINDS, type Rule } from "@linli/model";
import { describe, expect, it } from "vitest";
import { loadShippedRules } from "../shipped.ts";
import { catalogue } from "./catalogue.ts";
import { explainRule } from "./explain.ts";
import { ruleInWords } from "./rule-words.ts";
import type { Language } from "./voice.ts";

function ruleWith(when: string, more = ""): Rule {
  const { rule, problems } = parseRuleFile(
    `id: my.rule
kinds: [elevator]
name: { zh: 名, en: Name }
start: armed
role: property
params: { limit: 40, times: 3, hold: 90s }
levels:
  - severity: medium
    when: ${when}
${more}
text: { zh: 文, en: Text }
steps: { zh: 1. 做, en: 1. Do }
`,
    "rule.yaml",
  );
  if (rule === undefined) throw new Error(JSON.stringify(problems));
  return rule;
}

function when(condition: string, language: Language = "en"): readonly string[] {
  const rule = ruleWith(condition);
  const lines = explainRule(rule, { language, kinds: DEVICE_KINDS, rules: [] });
  const from = lines.findIndex((line) => /^(MEDIUM|一般)/.test(line)) + 1;
  const to = lines.findIndex((line) => /^ {2}(over when|恢复)/.test(line));
  return lines.slice(from, to).map((line) => line.slice(2));
}

describe("a rule in words", () => {
  it("names points, members, units and its own numbers", () => {
    expect(when("{ point: machineRoomTemperature, above: $limit, deadband: 2 }")).toEqual([
      "- Machine-room temperature above 40 °C [limit] (dead-band 2 °C)",
    ]);
    expect(when("{ point: machineRoomTemperature, above: $limit, deadband: 2 }", "zh-CN")).toEqual([
      "- 机房温度高于 40 ℃ [limit]（回差 2 ℃）",
    ]);
    expect(when("{ point: carMode, oneOf: [inspection, outOfService] }", "zh-CN")).toEqual([
      "- 运行模式为“检修、停止服务”",
    ]);
    expect(when("{ point: faultSignals, includes: [positionLost] }")).toEqual(["- Fault signals with Position lost"]);
    expect(when("{ point: carDoorStatus.rear, equals: open }")).toEqual(["- Car door rear is Open"]);
  });

  it("says lengths of time that are parameters as such", () => {
    expect(when("{ absent: { longerThan: $hold } }")).toEqual(["- nothing heard for more than 90 s [hold]"]);
    const rule = ruleWith("{ point: mainsLost, equals: true }", "    for: $hold");
    const words = ruleInWords(rule, { language: "en", kinds: DEVICE_KINDS, rules: [] });
    expect(words.levels[0]?.for).toBe("for 90 s [hold]");
    expect(words.numbers.map(({ name, value, text }) => [name, value, text])).toEqual([
      ["limit", 40, "40"],
      ["times", 3, "3"],
      ["hold", 90_000, "90 s"],
    ]);
  });

  it("keeps all, any and none of apart", () => {
    const condition = `
      all:
        - any: [{ event: entrapment }, { connection: [late, offline] }]
        - not: { any: [{ point: occupied, equals: false }, { open: "Mo-Fr 08:00-18:00" }] }`;
    expect(when(condition)).toEqual([
      "- all of",
      "  - any of",
      "    - event “Entrapment”",
      "    - connection late or offline",
      "  - none of",
      "    - Occupied is no",
      "    - within Mo-Fr 08:00-18:00",
    ]);
  });

  it("says what is counted, summed up and waited for", () => {
    expect(when("{ count: { of: { event: entrapment }, atLeast: $times, within: 30m } }")).toEqual([
      "- at least 3 [times] times within 30 min (event “Entrapment”)",
    ]);
    expect(when("{ total: { of: { point: carLoad, above: 90 }, atLeast: 10m, within: 1h } }")).toEqual([
      "- for 10 min in all within 1 h (Load above 90 %)",
    ]);
    expect(when("{ absent: { longerThan: 5m } }", "zh-CN")).toEqual(["- 设备超过 5 分钟 无数据"]);
    expect(when("{ due: { point: lastMaintenanceAt, after: 15d } }")).toEqual([
      "- Last maintenance is more than 15 d ago",
    ]);
  });

  it("tells of two measurements only where the points are measured in a rhythm", () => {
    const persistence = (condition: string) =>
      ruleInWords(ruleWith(condition, "    for: 5m"), { language: "en", kinds: DEVICE_KINDS, rules: [] }).levels[0]
        ?.for;
    expect(persistence("{ point: driveTemperature, above: 75 }")).toBe("for 5 min, in at least two measurements");
    expect(persistence("{ point: mainsLost, equals: true }")).toBe("for 5 min");
  });

  it("has a name for all that the rules that ship speak of, in both languages", async () => {
    const { rules } = await loadShippedRules();
    for (const rule of rules) {
      for (const language of ["zh-CN", "en"] as const) {
        const text = explainRule(rule, { language, kinds: DEVICE_KINDS, rules }).join("\n");
        expect(text, rule.id).not.toMatch(/undefined|NaN|\[object|`[A-Za-z]+`/);
      }
    }
  });

  it("stands in the catalogue under its kind", async () => {
    const { rules } = await loadShippedRules();
    const page = catalogue(rules, DEVICE_KINDS);
    for (const { id } of rules) expect(page).toContain(`| \`${id}\` |`);
    expect(page.indexOf("## Lift · 电梯")).toBeLessThan(page.indexOf("`lift.entrapment`"));
  });
});
