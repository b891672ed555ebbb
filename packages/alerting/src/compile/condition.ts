import type { Condition } from "@linli/model";
import { countNode } from "../conditions/count.ts";
import { allNode, anyNode, notNode } from "../conditions/logic.ts";
import type { ConditionNode } from "../conditions/node.ts";
import { totalNode } from "../conditions/total.ts";
import { compileLeaf } from "./leaf.ts";
import type { Scope } from "./scope.ts";

/** More often than this within a window is not counted. */
const MOST_TIMES = 1_000;

/** Every condition inside of one, itself included. */
export function* conditionsOf(condition: Condition): Generator<Condition> {
  yield condition;
  if ("all" in condition) for (const one of condition.all) yield* conditionsOf(one);
  else if ("any" in condition) for (const one of condition.any) yield* conditionsOf(one);
  else if ("not" in condition) yield* conditionsOf(condition.not);
  else if ("count" in condition) yield* conditionsOf(condition.count.of);
  else if ("total" in condition) yield* conditionsOf(condition.total.of);
}

/** Checks a condition against what its rule may speak of and compiles it. `place` names it in problems. */
export function compileCondition(condition: Condition, place: string, scope: Scope): ConditionNode {
  const inner = (of: Condition, name: string) => compileCondition(of, `${place}.${name}`, scope);
  const several = (of: readonly Condition[], name: string) => of.map((one, index) => inner(one, `${name}.${index}`));
  if ("all" in condition) return allNode(several(condition.all, "all"));
  if ("any" in condition) return anyNode(several(condition.any, "any"));
  if ("not" in condition) return notNode(inner(condition.not, "not"));
  if ("count" in condition) return compileCount(condition, place, scope);
  if ("total" in condition) return compileTotal(condition, place, scope);
  return compileLeaf(condition, place, scope);
}

function compileCount({ count }: Extract<Condition, { count: unknown }>, place: string, scope: Scope): ConditionNode {
  const needed = scope.quantity(`${place}.count.atLeast`, count.atLeast) ?? 1;
  if (!Number.isInteger(needed) || needed < 1 || needed > MOST_TIMES) {
    scope.problem(`${place}.count.atLeast`, `a whole number from 1 to ${MOST_TIMES}`, count.atLeast);
  }
  const within = scope.duration(`${place}.count.within`, count.within);
  // two counts of one rule have a memory each: an event would be counted by both of them
  return countNode({ ...count, within, of: compileCondition(count.of, `${place}.count.of`, scope) }, [place, count.of]);
}

/** Whether a condition can be judged for any moment by the readings of that moment. */
function isOfOneMoment(condition: Condition): boolean {
  if ("deadband" in condition || "lastKnown" in condition) return false;
  const told = [
    "event",
    "rate",
    "window",
    "meanKineticTemperature",
    "absent",
    "stuck",
    "faulty",
    "connection",
    "due",
    "count",
    "total",
  ];
  return !told.some((kind) => kind in condition);
}

function compileTotal({ total }: Extract<Condition, { total: unknown }>, place: string, scope: Scope): ConditionNode {
  const within = scope.duration(`${place}.total.within`, total.within);
  const atLeast = scope.duration(`${place}.total.atLeast`, total.atLeast);
  if (atLeast > within) scope.problem(`${place}.total.atLeast`, "longer than the window: never met");
  if (![...conditionsOf(total.of)].every(isOfOneMoment)) {
    const message =
      "only what each reading tells by itself: a limit (no dead-band, nothing last known), an expression, a calendar";
    scope.problem(`${place}.total.of`, message);
  }
  const of = compileCondition(total.of, `${place}.total.of`, scope);
  return totalNode({ of, atLeast, within, cadenceMs: scope.cadence(of.reads.points) }, total.of);
}
