import type { PointType, PointValue } from "@linli/model";
import { type ASTNode, Environment, type ParseResult } from "@marcbachmann/cel-js";
import { listOf } from "../conditions/comparison.ts";
import type { EventFilter } from "../conditions/event.ts";
import {
  type Answer,
  type ConditionNode,
  type Look,
  NEVER_REPORTED,
  NOTHING_READ,
  SILENT,
  sooner,
} from "../conditions/node.ts";
import { heldUntil, isPast, isUsable, measuredOf } from "../conditions/points.ts";
import type { PointView } from "../signal.ts";
import type { Scope } from "./scope.ts";

const CEL_TYPE: Readonly<Record<PointType, string>> = {
  number: "double",
  integer: "double",
  time: "double",
  boolean: "bool",
  enum: "string",
  string: "string",
  list: "list<string>",
};
const LIMITS = { maxAstNodes: 500, maxDepth: 50 };
/** Dotted and indexed points are asked for by name: `p["carDoorStatus.front"]`. */
const BY_NAME = "p";

type Arithmetic = (a: number, b: number) => number | boolean;
const WITH_WHOLE_NUMBERS: Readonly<Record<string, Arithmetic>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "==": (a, b) => a === b,
};

/** All numbers of devices are doubles; CEL would have `load + 1` written `load + 1.0`. */
function environment({ params }: Scope): Environment {
  const env = new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS });
  for (const [operator, apply] of Object.entries(WITH_WHOLE_NUMBERS)) {
    const result = operator === "==" ? "bool" : "double";
    env.registerOperator(`double ${operator} int: ${result}`, (a: number, b: bigint) => apply(a, Number(b)));
    if (operator === "==") continue;
    env.registerOperator(`int ${operator} double: ${result}`, (a: bigint, b: number) => apply(Number(a), b));
  }
  for (const name of Object.keys(params)) env.registerVariable(name, "double");
  return env;
}

function eachNode(node: unknown, visit: (node: ASTNode) => void): void {
  if (Array.isArray(node)) {
    for (const part of node) eachNode(part, visit);
  } else if (typeof node === "object" && node !== null) {
    const inner = node as ASTNode;
    if (typeof inner.op === "string") visit(inner);
    eachNode(inner.args, visit);
  }
}

function dividesByZero(ast: ASTNode): boolean {
  let found = false;
  eachNode(ast, ({ op, args }) => {
    if (op !== "/" && op !== "%") return;
    const divisor = (args as readonly ASTNode[])[1];
    if (divisor?.op === "value" && Number(divisor.args) === 0) found = true;
  });
  return found;
}

/** One line, without the drawing that shows where. */
function firstLine(error: unknown): string {
  return String((error as Error | undefined)?.message ?? "does not type-check").split("\n")[0] ?? "";
}

/** Parses and type-checks; a problem of the rule when it is no truth value. */
function parse(env: Environment, text: string, place: string, scope: Scope): ParseResult | undefined {
  try {
    const parsed = env.parse(text);
    const { valid, type, error } = parsed.check();
    if (dividesByZero(parsed.ast)) scope.problem(place, "divides by zero", text);
    else if (!valid) scope.problem(place, firstLine(error), text);
    else if (type === "bool" || type === "dyn") return parsed;
    else scope.problem(place, `is a ${type}, not true or false`, text);
  } catch (error) {
    scope.problem(place, firstLine(error), text);
  }
  return undefined;
}

function pointsUsed(ast: ASTNode, names: ReadonlySet<string>): string[] {
  const used = new Set<string>();
  eachNode(ast, ({ op, args }) => {
    if (op === "id" && typeof args === "string" && names.has(args)) used.add(args);
    if (op !== "[]") return;
    const [of, key] = args as [ASTNode, ASTNode];
    if (of.op === "id" && of.args === BY_NAME && key.op === "value" && typeof key.args === "string") used.add(key.args);
  });
  return [...used];
}

/** What fails while it is evaluated says nothing. */
function evaluate(parsed: ParseResult, context: Record<string, unknown>): boolean | undefined {
  try {
    const truth: unknown = parsed(context);
    return typeof truth === "boolean" ? truth : undefined;
  } catch {
    return undefined;
  }
}

/** Points that all kinds declare alike and that a variable can be named after. */
function declareVariables(env: Environment, { kinds, params }: Scope): Set<string> {
  const names = new Set<string>();
  for (const [name, { type }] of Object.entries(kinds[0]?.points ?? {})) {
    if (!/^[A-Za-z_]\w*$/.test(name) || name === BY_NAME || Object.hasOwn(params, name)) continue;
    if (!kinds.every((kind) => Object.hasOwn(kind.points, name) && kind.points[name]?.type === type)) continue;
    names.add(name);
    env.registerVariable(name, CEL_TYPE[type]);
  }
  return names;
}

/** A condition in CEL over the points of the rule's kinds; unknown while one that it names is not known. */
export function expressionNode(text: string, place: string, scope: Scope): ConditionNode | undefined {
  const env = environment(scope).registerVariable(BY_NAME, "map<string, dyn>");
  const names = declareVariables(env, scope);
  const parsed = parse(env, text, place, scope);
  if (parsed === undefined) return undefined;
  const used = pointsUsed(parsed.ast, names);
  if (used.length === 0) scope.problem(place, "names no point: it would always say the same", text);
  const ground = measuredOf(used);
  const isList = new Map(used.map((name) => [name, scope.point(place, name)?.type === "list"]));
  return {
    reads: { ...NOTHING_READ, points: used },
    answer(look: Look): Answer {
      const { view, params } = look;
      const values: Record<string, PointValue | readonly string[]> = {};
      const met: [name: string, point: PointView][] = [];
      let past = false;
      let silent = false;
      let observedAt: number | undefined;
      let changedAt: number | undefined;
      for (const name of used) {
        const point = view.point(name);
        if (point === undefined) return NEVER_REPORTED;
        if (!isUsable(point)) silent = true;
        met.push([name, point]);
        values[name] = isList.get(name) ? listOf(point.value) : point.value;
        past ||= isPast(look, name, point);
        observedAt = sooner(observedAt, heldUntil(view, name, point));
        changedAt = Math.max(changedAt ?? point.changedAt, point.changedAt);
      }
      if (silent) return SILENT;
      const truth = evaluate(parsed, { ...params, ...values, [BY_NAME]: values });
      const apart = observedAt !== undefined && changedAt !== undefined && observedAt < changedAt;
      const notYet = truth === true && (past || apart);
      return {
        truth: notYet ? undefined : truth,
        unknown: notYet ? "not-yet" : undefined,
        facts: () =>
          met.map(([name, point]) => ({ what: name, value: point.value, asked: text, observedAt: point.observedAt })),
        due: undefined,
        observedAt,
        changedAt,
        ground,
      };
    },
  };
}

/** CEL over an event's `data`. */
export function eventFilter(text: string, place: string, scope: Scope): EventFilter | undefined {
  const env = environment(scope).registerVariable("data", "map<string, dyn>");
  const parsed = parse(env, text, place, scope);
  return parsed && ((data, params) => evaluate(parsed, { ...params, data }) === true);
}
