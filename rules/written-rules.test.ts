import { parseRuleFile, ruleToYaml } from "@linli/alerting";
import type { Rule } from "@linli/model";
import { describe, expect, it } from "vitest";
import { loadShippedRules } from "./src/index.ts";

const { rules } = await loadShippedRules();

describe("a rule written as YAML", () => {
  it.each(rules.map((rule): [string, Rule] => [rule.id, rule]))("%s is the same when it is read again", (_id, rule) => {
    expect(parseRuleFile(ruleToYaml(rule), "rule.yaml")).toEqual({ rule, problems: [] });
  });
});
