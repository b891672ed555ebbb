import type { Rule } from "@linli/model";

/** Of all rules, those that speak of the same facts as one: it replaces them, or they replace it, on that kind. */
export function relatedRules(rule: Rule, all: readonly Rule[], kind: string): readonly Rule[] {
  return all.filter((other) => {
    if (other.id === rule.id || (other.kinds !== undefined && !other.kinds.includes(kind))) return false;
    return rule.replaces.includes(other.id) || other.replaces.includes(rule.id);
  });
}
