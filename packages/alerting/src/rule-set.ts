import type { CompiledRule } from "./compiled-rule.ts";
import { pointPattern } from "./conditions/points.ts";

const EVERY_POINT = "*";
/** Names come from the wire: remembered up to so many a kind, then looked for anew. */
const MOST_NAMES = 10_000;

interface KindRules {
  readonly all: readonly CompiledRule[];
  readonly byEvent: ReadonlyMap<string, readonly CompiledRule[]>;
  readonly onConnection: readonly CompiledRule[];
  readonly byPoint: Map<string, readonly CompiledRule[]>;
}

const NONE: readonly CompiledRule[] = [];

function readsPoint({ reads }: CompiledRule, name: string): boolean {
  return reads.points.some((pattern) => pattern === EVERY_POINT || pointPattern(pattern)(name));
}

function kindRules(all: readonly CompiledRule[]): KindRules {
  const byEvent = new Map<string, CompiledRule[]>();
  for (const rule of all) {
    for (const type of rule.reads.events) {
      const known = byEvent.get(type);
      if (known) known.push(rule);
      else byEvent.set(type, [rule]);
    }
  }
  return { all, byEvent, onConnection: all.filter(({ reads }) => reads.connection), byPoint: new Map() };
}

/** The rules in force, found by what they look at: a reading meets those of its kind and point and no other. */
export class RuleSet {
  private readonly kinds = new Map<string, KindRules>();
  private readonly rules: readonly CompiledRule[];
  readonly byId: ReadonlyMap<string, CompiledRule>;

  constructor(rules: readonly CompiledRule[]) {
    this.rules = rules;
    this.byId = new Map(rules.map((rule) => [rule.rule.id, rule]));
  }

  private of(kind: string): KindRules {
    let found = this.kinds.get(kind);
    if (found === undefined) {
      found = kindRules(this.rules.filter(({ rule }) => rule.kinds === undefined || rule.kinds.includes(kind)));
      this.kinds.set(kind, found);
    }
    return found;
  }

  forKind(kind: string): readonly CompiledRule[] {
    return this.of(kind).all;
  }

  forReading(kind: string, point: string): readonly CompiledRule[] {
    const { all, byPoint } = this.of(kind);
    let found = byPoint.get(point);
    if (found === undefined) {
      found = all.filter((rule) => readsPoint(rule, point));
      if (byPoint.size < MOST_NAMES) byPoint.set(point, found);
    }
    return found;
  }

  forEvent(kind: string, type: string): readonly CompiledRule[] {
    return this.of(kind).byEvent.get(type) ?? NONE;
  }

  forConnection(kind: string): readonly CompiledRule[] {
    return this.of(kind).onConnection;
  }
}
