import type { PointType } from "@linli/model";
import { type ASTNode, Environment, type ParseResult } from "@marcbachmann/cel-js";
import type { EventFilter } from "../conditions/event.ts";
import type { Answer, ConditionNode, Look } from "../conditions/node.ts";
import { type NamedPoint, pointPattern, pointsOf } from "../conditions/points.ts";
import type { Scope } from "./scope.ts";

const CEL_TYPE: Readonly<Record<PointType, string>> = {
  number: "double",
  integer: "double",
  time: "double",
  boolean: "bool",
  enum: "string",
  string: "string",
  list: "string",
};
const LIMITS = { maxAstNodes: 500, maxDepth: 50 };
/** Dotted and indexed points are asked for by name: `p["carDoorStatus.front"]`. */
const BY_NAME = "p";

function environment({ params }: Scope): Environment {
  const env = new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS });
  for (const name of Object.keys(params)) env.registerVariable(name, "double");
  return env;
}

/** Parses and type-checks; a problem of the rule when it is no truth value. */
function parse(env: Environment, text: string, place: string, scope: Scope): ParseResult | undefined {
  try {
    const parsed = env.parse(text);
    const { valid, type, error } = parsed.check();
    if (valid && type === "bool") return parsed;
    scope.problem(place, valid ? `is a ${type}, not true or false` : (error?.message ?? "does not type-check"), text);
  } catch (error) {
    scope.problem(place, (error as Error).message, text);
  }
  return undefined;
}

function pointsUsed(node: unknown, names: ReadonlySet<string>, used: Set<string>): void {
  if (Array.isArray(node)) {
    for (const part of node) pointsUsed(part, names, used);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const { op, args } = node as ASTNode;
  if (op === "id" && typeof args === "string" && names.has(args)) used.add(args);
  if (op === "[]") {
    const [of, key] = args as [ASTNode, ASTNode];
    if (of.op === "id" && of.args === BY_NAME && key.op === "value" && typeof key.args === "string") used.add(key.args);
  }
  pointsUsed(args, names, used);
}

/** A condition in CEL over the points of the rule's kinds; unknown while one that it names is not known. */
export function expressionNode(text: string, place: string, scope: Scope): ConditionNode | undefined {
  const env = environment(scope).registerVariable(BY_NAME, "map<string, dyn>");
  const names = new Set<string>();
  for (const [name, { type }] of Object.entries(scope.kinds[0]?.points ?? {})) {
    if (!/^[A-Za-z_]\w*$/.test(name) || name === BY_NAME || Object.hasOwn(scope.params, name)) continue;
    if (!scope.kinds.every((kind) => kind.points[name]?.type === type)) continue;
    names.add(name);
    env.registerVariable(name, CEL_TYPE[type]);
  }
  const parsed = parse(env, text, place, scope);
  if (parsed === undefined) return undefined;
  const used = new Set<string>();
  pointsUsed(parsed.ast, names, used);
  for (const name of used) scope.point(place, name);
  const wanted = [...used].map((name) => ({ name, matches: pointPattern(name) }));
  return {
    reads: { points: [...used], events: [], connection: false },
    answer({ view, params }: Look): Answer {
      const points: NamedPoint[] = [];
      for (const { name, matches } of wanted) {
        const [point] = pointsOf(view, name, matches).usable;
        if (point === undefined) return { truth: undefined, facts: [] };
        points.push(point);
      }
      const values = Object.fromEntries(points.map(({ name, value }) => [name, value]));
      const truth = evaluate(parsed, { ...params, ...values, [BY_NAME]: values });
      return {
        truth,
        facts: points.map(({ name, value, observedAt }) => ({ what: name, value, asked: text, observedAt })),
        ...(points.length > 0 && {
          observedAt: Math.min(...points.map(({ heldUntil }) => heldUntil)),
          changedAt: Math.max(...points.map(({ changedAt }) => changedAt)),
        }),
      };
    },
  };
}

/** What fails while it is evaluated says nothing. */
function evaluate(parsed: ParseResult, context: Record<string, unknown>): boolean | undefined {
  try {
    return parsed(context) === true;
  } catch {
    return undefined;
  }
}

/** CEL over an event's `data`. */
export function eventFilter(text: string, place: string, scope: Scope): EventFilter | undefined {
  const env = environment(scope).registerVariable("data", "map<string, dyn>");
  const parsed = parse(env, text, place, scope);
  return parsed && ((data, params) => evaluate(parsed, { ...params, data }) === true);
}
