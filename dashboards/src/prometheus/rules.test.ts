import { expect, test } from "vitest";
import { parse } from "yaml";
import { PLATFORM_ALERTS, platformRules } from "./rules.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

test("the rules are one group of alerts as Prometheus reads them", () => {
  const file = parse(platformRules()) as { groups: { name: string; rules: Rule[] }[] };
  expect(file.groups.map(({ name }) => name)).toEqual(["linli"]);
  const rules = file.groups[0]?.rules ?? [];
  expect(rules).toHaveLength(PLATFORM_ALERTS.length);
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const rule of rules) {
    expect(Object.keys(rule)).toEqual(["alert", "expr", "for", "labels", "annotations"]);
    expect(rule.alert).toMatch(/^Linli[A-Z][A-Za-z]+$/);
    expect(rule.for).toMatch(/^\d+[sm]$/);
    expect(rule.labels.severity).toMatch(/^(critical|high|medium|low)$/);
    expect(rule.annotations.runbook_url).toMatch(/^docs\/operations\.md#alert-[a-z-]+$/);
    expect(rule.expr.split("(").length).toBe(rule.expr.split(")").length);
  }
});
