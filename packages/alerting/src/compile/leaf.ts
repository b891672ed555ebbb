import { type Condition, isLinliError, type Point } from "@linli/model";
import { absenceNode } from "../conditions/absence.ts";
import { openingHoursNode, sunNode } from "../conditions/calendar.ts";
import type { Comparison } from "../conditions/comparison.ts";
import { connectionNode } from "../conditions/connection.ts";
import { dueNode } from "../conditions/due.ts";
import { eventNode } from "../conditions/event.ts";
import { faultyNode } from "../conditions/faulty.ts";
import { type ConditionNode, NEVER_REPORTED, NOTHING_READ } from "../conditions/node.ts";
import { rateNode } from "../conditions/rate.ts";
import { stuckNode } from "../conditions/stuck.ts";
import { thresholdNode } from "../conditions/threshold.ts";
import { windowNode } from "../conditions/window.ts";
import { eventFilter, expressionNode } from "./cel.ts";
import type { Scope } from "./scope.ts";

/** A condition that holds no other. */
export type Leaf = Exclude<
  Condition,
  | { readonly all: unknown }
  | { readonly any: unknown }
  | { readonly not: unknown }
  | { readonly count: unknown }
  | { readonly total: unknown }
>;
type LeafOf<Key extends string> = Extract<Leaf, Record<Key, unknown>>;

const NUMERIC: ReadonlySet<string> = new Set(["number", "integer", "time"]);

/** Stands in for a condition that cannot be compiled: its problem is told, the rest is checked all the same. */
const BROKEN: ConditionNode = { reads: NOTHING_READ, answer: () => NEVER_REPORTED };

export function compileLeaf(leaf: Leaf, place: string, scope: Scope): ConditionNode {
  if ("expression" in leaf) return expressionNode(leaf.expression, `${place}.expression`, scope) ?? BROKEN;
  if ("event" in leaf) return compileEvent(leaf, place, scope);
  if ("rate" in leaf) {
    checkComparison(`${place}.rate`, leaf.rate, scope);
    const per = scope.duration(`${place}.rate.per`, leaf.rate.per);
    const over = scope.duration(`${place}.rate.over`, leaf.rate.over);
    return rateNode({ ...leaf.rate, per, over });
  }
  if ("window" in leaf) {
    checkComparison(`${place}.window`, leaf.window, scope);
    const over = scope.duration(`${place}.window.over`, leaf.window.over);
    return windowNode({ ...leaf.window, over }, leaf.window.fn, scope.cadence([leaf.window.point]));
  }
  if ("meanKineticTemperature" in leaf) {
    const kinetic = leaf.meanKineticTemperature;
    checkComparison(`${place}.meanKineticTemperature`, kinetic, scope);
    const over = scope.duration(`${place}.meanKineticTemperature.over`, kinetic.over);
    return windowNode({ ...kinetic, over }, "kinetic", scope.cadence([kinetic.point]));
  }
  if ("absent" in leaf) {
    if (leaf.absent.point !== undefined) scope.point(`${place}.absent.point`, leaf.absent.point);
    const longerThan = scope.duration(`${place}.absent.longerThan`, leaf.absent.longerThan);
    return absenceNode({ ...leaf.absent, longerThan });
  }
  if ("stuck" in leaf) {
    scope.point(`${place}.stuck.point`, leaf.stuck.point);
    const longerThan = scope.duration(`${place}.stuck.longerThan`, leaf.stuck.longerThan);
    return stuckNode({ ...leaf.stuck, longerThan });
  }
  if ("faulty" in leaf) return compileFaulty(leaf, place, scope);
  if ("connection" in leaf) return connectionNode(leaf.connection);
  if ("due" in leaf) return compileDue(leaf, place, scope);
  if ("open" in leaf || "closed" in leaf || "sun" in leaf) return compileCalendar(leaf, place, scope);
  checkComparison(place, leaf, scope);
  if (leaf.deadband !== undefined && (scope.quantity(`${place}.deadband`, leaf.deadband) ?? 0) < 0) {
    scope.problem(`${place}.deadband`, "must not be negative", leaf.deadband);
  }
  return thresholdNode(leaf);
}

function compileEvent(leaf: LeafOf<"event">, place: string, scope: Scope): ConditionNode {
  scope.event(`${place}.event`, leaf.event);
  const where = leaf.where === undefined ? undefined : eventFilter(leaf.where, `${place}.where`, scope);
  return eventNode(leaf.event, where);
}

function compileFaulty({ faulty: name }: LeafOf<"faulty">, place: string, scope: Scope): ConditionNode {
  const isKnown = scope.point(`${place}.faulty`, name) !== undefined;
  if (isKnown && scope.points(name).every(({ range }) => range === undefined)) {
    scope.problem(`${place}.faulty`, "has no range: no value of it is ever faulty", name);
  }
  return faultyNode(name);
}

function compileDue({ due }: LeafOf<"due">, place: string, scope: Scope): ConditionNode {
  if ((due.point === undefined) === (due.tag === undefined)) scope.problem(`${place}.due`, "either point or tag");
  if ((due.after === undefined) === (due.ahead === undefined)) scope.problem(`${place}.due`, "either after or ahead");
  if (due.point !== undefined) {
    const type = scope.point(`${place}.due.point`, due.point)?.type;
    if (type !== undefined && type !== "time") scope.problem(`${place}.due.point`, `is ${type}, not time`, due.point);
  }
  const { after, ahead, ...about } = due;
  return dueNode({
    ...about,
    after: after === undefined ? undefined : scope.wait(`${place}.due.after`, after),
    ahead: ahead === undefined ? undefined : scope.wait(`${place}.due.ahead`, ahead),
  });
}

function compileCalendar(
  leaf: LeafOf<"open"> | LeafOf<"closed"> | LeafOf<"sun">,
  place: string,
  scope: Scope,
): ConditionNode {
  if ("sun" in leaf) {
    const { above, below } = leaf.sun;
    if (above === undefined && below === undefined) scope.problem(`${place}.sun`, "above, below or both");
    return sunNode(leaf.sun);
  }
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
  const limits = Object.entries({
    above,
    below,
    atLeast,
    atMost,
    "outside.0": outside?.[0],
    "outside.1": outside?.[1],
  });
  const numbers = limits.map(([name, limit]) => {
    if (limit === undefined) return undefined;
    if (point && !NUMERIC.has(point.type)) {
      scope.problem(`${place}.${name}`, `${comparison.point} is ${point.type}, not a number`, limit);
    }
    return scope.quantity(`${place}.${name}`, limit);
  });
  const [low, high] = numbers.slice(-2);
  if (low !== undefined && high !== undefined && low > high) {
    scope.problem(`${place}.outside`, "the lower one comes first: every value would be outside", outside);
  }
  for (const declared of scope.points(comparison.point)) checkMembers(place, comparison, declared, scope);
}

/** What an enum or a list can never be is a rule that never fires. */
function checkMembers(place: string, { equals, oneOf, includes }: Comparison, point: Point, scope: Scope): void {
  if (includes !== undefined && point.type !== "list") {
    scope.problem(`${place}.includes`, `for lists only: it is ${point.type}`, includes);
  }
  const members = [...(equals === undefined ? [] : [equals]), ...(oneOf ?? []), ...(includes ?? [])];
  for (const member of members) {
    if (fits(member, point)) continue;
    const choice = point.values === undefined ? "" : `: one of ${point.values.join(", ")}`;
    scope.problem(place, `never a value of this ${point.type}${choice}`, member);
  }
}

function fits(member: unknown, { type, values }: Point): boolean {
  if (values !== undefined) return values.includes(String(member));
  if (type === "boolean") return typeof member === "boolean";
  return NUMERIC.has(type) ? typeof member === "number" : typeof member === "string";
}
