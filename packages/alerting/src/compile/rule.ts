import {
  type Condition,
  compareSeverity,
  type DeviceKind,
  findPoint,
  LinliError,
  type Rule,
  type RuleLevel,
} from "@linli/model";
import type { CompiledLevel, CompiledRule } from "../compiled-rule.ts";
import { readsOf } from "../conditions/node.ts";
import { compileCondition } from "./condition.ts";
import { Scope } from "./scope.ts";

export interface CompileContext {
  readonly version: number;
  readonly kinds: ReadonlyMap<string, DeviceKind>;
}

const ACCUMULATES = ["total", "window", "meanKineticTemperature"];

function someLeaf(condition: Condition, test: (condition: Condition) => boolean): boolean {
  if (test(condition)) return true;
  if ("all" in condition) return condition.all.some((one) => someLeaf(one, test));
  if ("any" in condition) return condition.any.some((one) => someLeaf(one, test));
  if ("not" in condition) return someLeaf(condition.not, test);
  if ("count" in condition) return someLeaf(condition.count.of, test);
  return "total" in condition && someLeaf(condition.total.of, test);
}

function compileLevel(level: RuleLevel, index: number, scope: Scope): CompiledLevel {
  const place = `levels.${index}`;
  const when = compileCondition(level.when, `${place}.when`, scope);
  const clear = level.clear && compileCondition(level.clear, `${place}.clear`, scope);
  const isMeasured = (point: string) =>
    scope.kinds.some((kind) => (kind.points[point] ?? findPoint(kind, point))?.cadence !== undefined);
  return {
    severity: level.severity,
    when,
    clear,
    forMs: level.for ?? 0,
    clearForMs: level.clearFor ?? 0,
    sampled: when.reads.points.some(isMeasured) && !someLeaf(level.when, (leaf) => "absent" in leaf),
    accumulates: someLeaf(level.when, (leaf) => ACCUMULATES.some((name) => name in leaf)),
  };
}

function kindsOf(rule: Rule, { kinds }: CompileContext): { found: DeviceKind[]; missing: string[] } {
  const names = rule.kinds ?? [...kinds.keys()];
  return {
    found: names.flatMap((name) => kinds.get(name) ?? []),
    missing: names.filter((name) => !kinds.has(name)),
  };
}

/** Checks a rule against the kinds it is for. Fails with `invalid`, naming every place that is wrong, and why. */
export function compileRule(rule: Rule, context: CompileContext): CompiledRule {
  const { found, missing } = kindsOf(rule, context);
  const scope = new Scope(found, rule.params);
  for (const kind of missing) scope.problem("kinds", "no such kind", kind);
  for (const point of rule.needs) scope.point("needs", point);
  const levels = rule.levels.map((level, index) => compileLevel(level, index, scope));
  if (rule.lifeSafety && rule.start === "shadow") scope.problem("start", "a rule of life safety is never shadowed");
  if (scope.problems.length > 0) {
    throw new LinliError("invalid", `rule ${rule.id} cannot be used`, { problems: scope.problems });
  }
  return {
    rule,
    version: context.version,
    levels: levels.toSorted((a, b) => compareSeverity(b.severity, a.severity)),
    reads: readsOf(levels.flatMap(({ when, clear }) => (clear ? [when, clear] : [when]))),
  };
}
