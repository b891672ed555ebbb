import { type Condition, isLinliError, type Point } from "@linli/model";
import { absenceNode } from "../conditions/absence.ts";
import { openingHoursNode, sunNode } from "../conditions/calendar.ts";
import type { Comparison } from "../conditions/comparison.ts";
import { connectionNode } from "../conditions/connection.ts";
import { countNode } from "../conditions/count.ts";
import { dueNode } from "../conditions/due.ts";
import { eventNode } from "../conditions/event.ts";
import { allNode, anyNode, notNode } from "../conditions/logic.ts";
import { type ConditionNode, NOTHING_READ } from "../conditions/node.ts";
import { rateNode } from "../conditions/rate.ts";
import { stuckNode } from "../conditions/stuck.ts";
import { thresholdNode } from "../conditions/threshold.ts";
import { totalNode } from "../conditions/total.ts";
import { windowNode } from "../conditions/window.ts";
import { eventFilter, expressionNode } from "./cel.ts";
import type { Scope } from "./scope.ts";

const NUMERIC: ReadonlySet<string> = new Set(["number", "integer", "time"]);

/** Stands in for a condition that cannot be compiled: its problem is told, the rest is checked all the same. */
const BROKEN: ConditionNode = { reads: NOTHING_READ, answer: () => ({ truth: undefined, facts: [] }) };

/** Checks a condition against what its rule may speak of and compiles it. `place` names it in problems and in memory. */
export function compileCondition(condition: Condition, place: string, scope: Scope): ConditionNode {
  const inner = (of: Condition, name: string) => compileCondition(of, `${place}.${name}`, scope);
  const several = (of: readonly Condition[], name: string) => of.map((one, index) => inner(one, `${name}.${index}`));
  if ("all" in condition) return allNode(several(condition.all, "all"));
  if ("any" in condition) return anyNode(several(condition.any, "any"));
  if ("not" in condition) return notNode(inner(condition.not, "not"));
  if ("count" in condition) {
    scope.quantity(`${place}.count.atLeast`, condition.count.atLeast);
    return countNode({ ...condition.count, of: inner(condition.count.of, "count.of") }, place);
  }
  if ("total" in condition) {
    return totalNode({ ...condition.total, of: inner(condition.total.of, "total.of") }, place);
  }
  return compileLeaf(condition, place, scope);
}

type Leaf = Exclude<
  Condition,
  | { readonly all: unknown }
  | { readonly any: unknown }
  | { readonly not: unknown }
  | { readonly count: unknown }
  | { readonly total: unknown }
>;

function compileLeaf(leaf: Leaf, place: string, scope: Scope): ConditionNode {
  if ("expression" in leaf) return expressionNode(leaf.expression, `${place}.expression`, scope) ?? BROKEN;
  if ("event" in leaf) {
    scope.event(`${place}.event`, leaf.event);
    const where = leaf.where === undefined ? undefined : eventFilter(leaf.where, `${place}.where`, scope);
    return eventNode(leaf.event, where);
  }
  if ("rate" in leaf) {
    checkComparison(`${place}.rate`, leaf.rate, scope);
    return rateNode(leaf.rate, place);
  }
  if ("window" in leaf) {
    checkComparison(`${place}.window`, leaf.window, scope);
    return windowNode(leaf.window, leaf.window.fn, place);
  }
  if ("meanKineticTemperature" in leaf) {
    checkComparison(`${place}.meanKineticTemperature`, leaf.meanKineticTemperature, scope);
    return windowNode(leaf.meanKineticTemperature, "kinetic", place);
  }
  if ("absent" in leaf) {
    if (leaf.absent.point !== undefined) scope.point(`${place}.absent.point`, leaf.absent.point);
    return absenceNode(leaf.absent, place);
  }
  if ("stuck" in leaf) {
    scope.point(`${place}.stuck.point`, leaf.stuck.point);
    return stuckNode(leaf.stuck);
  }
  if ("connection" in leaf) return connectionNode(leaf.connection);
  if ("due" in leaf) return compileDue(leaf.due, place, scope);
  if ("open" in leaf || "closed" in leaf || "sun" in leaf) return compileCalendar(leaf, place, scope);
  checkComparison(place, leaf, scope);
  scope.quantity(`${place}.deadband`, leaf.deadband);
  return thresholdNode(leaf, place);
}

function compileDue(due: Extract<Leaf, { due: unknown }>["due"], place: string, scope: Scope): ConditionNode {
  if ((due.point === undefined) === (due.tag === undefined)) scope.problem(`${place}.due`, "either point or tag");
  if ((due.after === undefined) === (due.ahead === undefined)) scope.problem(`${place}.due`, "either after or ahead");
  if (due.point !== undefined && scope.point(`${place}.due.point`, due.point)?.type !== "time") {
    scope.problem(`${place}.due.point`, "not a point of type time", due.point);
  }
  return dueNode(due);
}

function compileCalendar(
  leaf: Extract<Leaf, { open: unknown } | { closed: unknown } | { sun: unknown }>,
  place: string,
  scope: Scope,
): ConditionNode {
  if ("sun" in leaf) return sunNode(leaf.sun);
  const [text, wanted] = "open" in leaf ? [leaf.open, "open" as const] : [leaf.closed, "closed" as const];
  try {
    return openingHoursNode(text, wanted);
  } catch (error) {
    if (!isLinliError(error, "invalid")) throw error;
    scope.problem(`${place}.${wanted}`, error.message);
    return BROKEN;
  }
}

function checkComparison(place: string, comparison: Comparison & { readonly point: string }, scope: Scope): void {
  const point = scope.point(`${place}.point`, comparison.point);
  const { above, below, atLeast, atMost, outside } = comparison;
  const limits = Object.entries({ above, below, atLeast, atMost, low: outside?.[0], high: outside?.[1] });
  for (const [name, limit] of limits) {
    if (limit === undefined) continue;
    scope.quantity(`${place}.${name}`, limit);
    if (point && !NUMERIC.has(point.type)) {
      scope.problem(`${place}.${name}`, `${comparison.point} is ${point.type}, not a number`, limit);
    }
  }
  if (point) checkMembers(place, comparison, point, scope);
}

/** What an enum or a list can never be is a rule that never fires. */
function checkMembers(place: string, { equals, oneOf, includes }: Comparison, point: Point, scope: Scope): void {
  if (includes !== undefined && point.type !== "list") scope.problem(`${place}.includes`, "for lists only", includes);
  const members = [...(equals === undefined ? [] : [equals]), ...(oneOf ?? []), ...(includes ?? [])];
  for (const member of members) {
    const fits =
      point.values !== undefined
        ? point.values.includes(String(member))
        : point.type === "boolean"
          ? typeof member === "boolean"
          : NUMERIC.has(point.type)
            ? typeof member === "number"
            : typeof member === "string";
    if (!fits) scope.problem(place, `never a value of this ${point.type}`, member);
  }
}
