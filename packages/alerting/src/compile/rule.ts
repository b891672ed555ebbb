import {
  type Condition,
  compareSeverity,
  type DeviceKind,
  LinliError,
  type Problem,
  type Rule,
  type RuleLevel,
} from "@linli/model";
import type { CompiledLevel, CompiledRule } from "../compiled-rule.ts";
import { readsOf } from "../conditions/node.ts";
import { pointPattern } from "../conditions/points.ts";
import type { DeviceView } from "../signal.ts";
import { conditionsOf } from "./condition.ts";
import { Scope } from "./scope.ts";
import { compileSlotted } from "./slots.ts";

export interface CompileContext {
  readonly version: number;
  readonly kinds: ReadonlyMap<string, DeviceKind>;
}

const ACCUMULATES = ["total", "window", "meanKineticTemperature"];

function holdsOne(condition: Condition, kinds: readonly string[]): boolean {
  return [...conditionsOf(condition)].some((inner) => kinds.some((kind) => kind in inner));
}

/** An event is true for a moment: waiting for it to last is waiting for ever, and without a latch it is over at once. */
function checkEvents(level: RuleLevel, { place, rule, scope }: { place: string; rule: Rule; scope: Scope }): void {
  if (!("event" in level.when)) return;
  if ((level.for ?? 0) > 0) scope.problem(`${place}.for`, "an event does not last: this never fires");
  if (!rule.latched && (level.clearFor ?? 0) === 0) {
    scope.problem(`${place}.clearFor`, "an event is over at once: say how long it is shown, or latch it");
  }
}

function compileLevel(level: RuleLevel, index: number, { rule, scope }: { rule: Rule; scope: Scope }): CompiledLevel {
  const place = `levels.${index}`;
  const when = compileSlotted(level.when, `${place}.when`, { scope, quantifier: "some" });
  const clear = level.clear && compileSlotted(level.clear, `${place}.clear`, { scope, quantifier: "every" });
  checkEvents(level, { place, rule, scope });
  const isMeasured = when.reads.points.some((name) => scope.points(name).some(({ cadence }) => cadence !== undefined));
  return {
    severity: level.severity,
    when,
    clear,
    forMs: level.for ?? 0,
    clearForMs: level.clearFor ?? 0,
    sampled: isMeasured && !holdsOne(level.when, ["absent"]),
    accumulates: holdsOne(level.when, ACCUMULATES),
  };
}

function needsOf(rule: Rule, scope: Scope): (view: DeviceView) => boolean {
  const tests = rule.needs.map((name) => {
    scope.point("needs", name);
    if (!name.includes("{")) return (view: DeviceView) => view.point(name) !== undefined;
    const matches = pointPattern(name);
    return (view: DeviceView) => [...view.pointNames()].some(matches);
  });
  return (view) => tests.every((test) => test(view));
}

/** A trial is its author's choice, also of life safety; that nobody is told meanwhile must not go unnoticed. */
function warningsOf({ lifeSafety, start }: Rule): readonly Problem[] {
  if (!lifeSafety || start === "armed") return [];
  const message =
    start === "off"
      ? "a rule of life safety that is off protects nobody"
      : `a rule of life safety that is ${start === "shadow" ? "in shadow" : start} tells nobody: arm it`;
  return [{ field: "start", message, value: start }];
}

/** Checks a rule against the kinds it is for. Fails with `invalid`, naming every place that is wrong, and why. */
export function compileRule(rule: Rule, { version, kinds }: CompileContext): CompiledRule {
  const names = rule.kinds ?? [...kinds.keys()];
  const scope = new Scope(
    names.flatMap((name) => kinds.get(name) ?? []),
    rule.params,
  );
  for (const name of names) if (!kinds.has(name)) scope.problem("kinds", "no such kind", name);
  const hasNeeds = needsOf(rule, scope);
  const levels = rule.levels.map((level, index) => compileLevel(level, index, { rule, scope }));
  if (rule.replaces.includes(rule.id)) scope.problem("replaces", "a rule cannot replace itself", rule.id);
  if (scope.problems.length > 0) {
    throw new LinliError("invalid", `rule ${rule.id} cannot be used`, { problems: scope.problems });
  }
  return {
    rule,
    version,
    levels: levels.toSorted((a, b) => compareSeverity(b.severity, a.severity)),
    reads: readsOf(levels.flatMap(({ when, clear }) => (clear ? [when, clear] : [when]))),
    hasNeeds,
    warnings: warningsOf(rule),
  };
}
