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

type Numbers = Readonly<Record<string, number>>;
type RuleOfKinds = Pick<CompileContext, "kinds"> & { readonly rule: Rule };

const ACCUMULATES = ["total", "window", "meanKineticTemperature"];

function holdsOne(condition: Condition, kinds: readonly string[]): boolean {
  return [...conditionsOf(condition)].some((inner) => kinds.some((kind) => kind in inner));
}

/** An event is true for a moment: waiting for it to last is waiting for ever, and without a latch it is over at once. */
function checkEvents(
  { when }: RuleLevel,
  { forMs, clearForMs }: Pick<CompiledLevel, "forMs" | "clearForMs">,
  { place, latched, scope }: { place: string; latched: boolean; scope: Scope },
): void {
  if (!("event" in when)) return;
  if (forMs > 0) scope.problem(`${place}.for`, "an event does not last: this never fires");
  if (!latched && clearForMs === 0) {
    scope.problem(`${place}.clearFor`, "an event is over at once: say how long it is shown, or latch it");
  }
}

function compileLevel(level: RuleLevel, index: number, { rule, scope }: { rule: Rule; scope: Scope }): CompiledLevel {
  const place = `levels.${index}`;
  const when = compileSlotted(level.when, `${place}.when`, { scope, quantifier: "some" });
  const clear = level.clear && compileSlotted(level.clear, `${place}.clear`, { scope, quantifier: "every" });
  const forMs = scope.wait(`${place}.for`, level.for ?? 0);
  const clearForMs = scope.wait(`${place}.clearFor`, level.clearFor ?? 0);
  checkEvents(level, { forMs, clearForMs }, { place, latched: rule.latched, scope });
  const isMeasured = when.reads.points.some((name) => scope.points(name).some(({ cadence }) => cadence !== undefined));
  return {
    severity: level.severity,
    when,
    clear,
    forMs,
    clearForMs,
    sampled: isMeasured && !holdsOne(level.when, ["absent"]),
    accumulates: holdsOne(level.when, ACCUMULATES),
  };
}

/** Highest severity first. */
function compileLevels(rule: Rule, scope: Scope): readonly CompiledLevel[] {
  const levels = rule.levels.map((level, index) => compileLevel(level, index, { rule, scope }));
  return levels.toSorted((a, b) => compareSeverity(b.severity, a.severity));
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

function scopeOf({ rule, kinds }: RuleOfKinds, params: Numbers): Scope {
  const names = rule.kinds ?? [...kinds.keys()];
  const scope = new Scope(
    names.flatMap((name) => kinds.get(name) ?? []),
    params,
  );
  for (const name of names) if (!kinds.has(name)) scope.problem("kinds", "no such kind", name);
  return scope;
}

/** Devices have other lengths of time by the hundred, and few different ones. */
const MOST_VARIANTS = 1_000;

/**
 * The levels by a device's own numbers. Lengths of time are compiled in, so that they cost the others nothing; those of
 * one set are compiled once. Numbers that nobody can go by were refused when they were saved; should they come all the
 * same, the device keeps the rule's.
 */
function variantsOf(of: RuleOfKinds, { spans }: Scope, levels: readonly CompiledLevel[]): CompiledRule["levelsBy"] {
  if (spans.size === 0) return undefined;
  const keyOf = (params: Numbers) => JSON.stringify([...spans].map((name) => params[name]));
  const variants = new Map([[keyOf(of.rule.params), levels]]);
  const variantOf = (params: Numbers): readonly CompiledLevel[] => {
    const key = keyOf(params);
    const known = variants.get(key);
    if (known !== undefined) return known;
    const scope = scopeOf(of, params);
    const own = compileLevels(of.rule, scope);
    const variant = scope.problems.length > 0 ? levels : own;
    if (variants.size >= MOST_VARIANTS) variants.clear();
    variants.set(key, variant);
    return variant;
  };
  const known = new WeakMap<Numbers, readonly CompiledLevel[]>();
  return (params) => {
    const found = known.get(params) ?? variantOf(params);
    known.set(params, found);
    return found;
  };
}

/** Checks a rule against the kinds it is for. Fails with `invalid`, naming every place that is wrong, and why. */
export function compileRule(rule: Rule, { version, kinds }: CompileContext): CompiledRule {
  const scope = scopeOf({ rule, kinds }, rule.params);
  const hasNeeds = needsOf(rule, scope);
  const levels = compileLevels(rule, scope);
  if (rule.replaces.includes(rule.id)) scope.problem("replaces", "a rule cannot replace itself", rule.id);
  if (scope.problems.length > 0) {
    throw new LinliError("invalid", `rule ${rule.id} cannot be used`, { problems: scope.problems });
  }
  return {
    rule,
    version,
    levels,
    levelsBy: variantsOf({ rule, kinds }, scope, levels),
    spans: scope.spans,
    reads: readsOf(levels.flatMap(({ when, clear }) => (clear ? [when, clear] : [when]))),
    hasNeeds,
    warnings: warningsOf(rule),
  };
}

/** All that is wrong with a device's own numbers for a rule: names that it has not, and what no such rule could go by. */
export function checkNumbers(rule: Rule, own: Numbers, kinds: CompileContext["kinds"]): readonly Problem[] {
  const wrong = Object.entries(own).flatMap(([name, value]) => {
    const field = `params.${name}`;
    if (!Object.hasOwn(rule.params, name)) return [{ field, message: "the rule has no such number", value }];
    return Number.isFinite(value) ? [] : [{ field, message: "must be a finite number" }];
  });
  if (wrong.length > 0) return wrong;
  const scope = scopeOf({ rule, kinds }, { ...rule.params, ...own });
  compileLevels(rule, scope);
  return scope.problems;
}
