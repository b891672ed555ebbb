import { DEVICE_KINDS, type Rule, type RuleVersion } from "@linli/model";
import { RuleBook } from "../watch/rule-book.ts";

/** A version of a rule as the store has it; the current one, shipped, unless told otherwise. */
export function versionOf(rule: Rule, more: Partial<RuleVersion> = {}): RuleVersion {
  const plain = {
    version: 1,
    origin: "shipped",
    standing: "current",
    changedAt: 0,
    changedBy: "linli",
    reason: "",
  } as const;
  return { rule, ...plain, ...more };
}

/** These rules in force, in their first version. */
export function bookOf(rules: readonly Rule[]): RuleBook {
  return new RuleBook({ versions: rules.map((rule) => versionOf(rule)), overrides: [] }, DEVICE_KINDS);
}
