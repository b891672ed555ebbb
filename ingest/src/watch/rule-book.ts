import { createHash } from "node:crypto";
import { type CompiledRule, compileRule, RuleSet } from "@linli/alerting";
import { type DeviceKind, isLinliError, type Problem, type RuleOverride, type RuleVersion } from "@linli/model";

/** What a rule in shadow goes by among the others; no rule's own name has such an end. */
const IN_SHADOW = "-shadow";

/** A version that cannot be used, with everything that is wrong with it. */
export interface UnusableRule {
  readonly ruleId: string;
  readonly version: number;
  readonly changedAt: number;
  readonly problems: readonly Problem[];
}

/** The rules as the state store has them: what is in force or on trial, and what single devices have otherwise. */
export interface StoredRules {
  readonly versions: readonly RuleVersion[];
  readonly overrides: readonly RuleOverride[];
}

type Compiled = ReadonlyMap<string, CompiledRule | UnusableRule>;
type Numbers = Readonly<Record<string, number>>;

/** The rule that a rule among the others is about, and whether it runs in shadow. */
export function ruleNamed(engineId: string): { readonly ruleId: string; readonly shadow: boolean } {
  return engineId.endsWith(IN_SHADOW)
    ? { ruleId: engineId.slice(0, -IN_SHADOW.length), shadow: true }
    : { ruleId: engineId, shadow: false };
}

function keyOf({ rule, version }: RuleVersion): string {
  return `${rule.id}@${version}`;
}

function compile(
  { rule, version, changedAt }: RuleVersion,
  kinds: ReadonlyMap<string, DeviceKind>,
): CompiledRule | UnusableRule {
  try {
    return compileRule(rule, { version, kinds });
  } catch (error) {
    if (!isLinliError(error, "invalid")) throw error;
    return { ruleId: rule.id, version, changedAt, problems: error.problems };
  }
}

/**
 * Runs under a name of its own, so that its alerts never become the rule's, nor the rule's its own. It silences nobody:
 * while it is tried, the others are in force as before.
 */
function inShadow(compiled: CompiledRule): CompiledRule {
  const { rule } = compiled;
  return { ...compiled, rule: { ...rule, id: rule.id + IN_SHADOW, start: "armed", replaces: [] } };
}

/** The rules in force, compiled: what watch decides by until it is given another one. */
export class RuleBook {
  readonly set: RuleSet;
  /** Left out, while the others go on. */
  readonly unusable: readonly UnusableRule[];
  /** Stands for what is in force: two books of one name decide the same. */
  readonly name: string;
  /** Who changed any of it last. */
  readonly changedBy: string;
  private readonly compiled: Compiled;
  private readonly numbers: ReadonlyMap<string, ReadonlyMap<string, Numbers>>;

  /** What the book before has compiled is not compiled again. */
  constructor(stored: StoredRules, kinds: ReadonlyMap<string, DeviceKind>, before?: RuleBook) {
    const { versions, overrides } = stored;
    const standing = versions.filter(({ rule, standing: kept }) => kept !== "past" && rule.start !== "off");
    this.compiled = new Map(
      standing.map((each) => [keyOf(each), before?.compiled.get(keyOf(each)) ?? compile(each, kinds)]),
    );
    const unusable: UnusableRule[] = [];
    const inForce: CompiledRule[] = [];
    for (const each of standing) {
      const found = this.compiled.get(keyOf(each));
      if (found === undefined) continue;
      if ("problems" in found) unusable.push(found);
      else inForce.push(each.standing === "candidate" || each.rule.start === "shadow" ? inShadow(found) : found);
    }
    this.set = new RuleSet(inForce);
    this.unusable = unusable;
    this.numbers = numbersOf(overrides);
    this.name = nameOf(inForce, overrides);
    this.changedBy = [...versions, ...overrides].reduce(
      (last, each) => (each.changedAt >= last.changedAt ? each : last),
      { changedAt: 0, changedBy: "linli" },
    ).changedBy;
  }

  /** The numbers that are the device's own. */
  paramsOf(deviceId: string, engineId: string): Numbers | undefined {
    if (this.numbers.size === 0) return undefined;
    return this.numbers.get(deviceId)?.get(ruleNamed(engineId).ruleId);
  }
}

function numbersOf(overrides: readonly RuleOverride[]): ReadonlyMap<string, ReadonlyMap<string, Numbers>> {
  const byDevice = new Map<string, Map<string, Numbers>>();
  for (const { deviceId, ruleId, params } of overrides) {
    const own = byDevice.get(deviceId);
    if (own) own.set(ruleId, params);
    else byDevice.set(deviceId, new Map([[ruleId, params]]));
  }
  return byDevice;
}

function byName([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}

function nameOf(inForce: readonly CompiledRule[], overrides: readonly RuleOverride[]): string {
  const rules = inForce.map(({ rule, version }) => `${rule.id}@${version}`).toSorted();
  const numbers = overrides
    .map(({ deviceId, ruleId, params }) => JSON.stringify([deviceId, ruleId, Object.entries(params).toSorted(byName)]))
    .toSorted();
  return createHash("sha256")
    .update(JSON.stringify([rules, numbers]))
    .digest("base64url")
    .slice(0, 22);
}

export const NO_RULES = new RuleBook({ versions: [], overrides: [] }, new Map());
