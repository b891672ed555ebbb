import { ARMINGS } from "@linli/model";
import type { CompiledRule } from "./compiled-rule.ts";
import { pointPattern } from "./conditions/points.ts";

const EVERY_POINT = "*";
/** Names come from the wire: so many a kind are remembered, then all are forgotten and looked for anew. */
const MOST_NAMES = 10_000;

/** The rules of one kind of device, by what they look at. A rule comes after those that replace it. */
export class KindRules {
  readonly all: readonly CompiledRule[];
  /** Those that any sign of life concerns. */
  readonly onLife: readonly CompiledRule[];
  /** Of a rule, the ids of those that replace it. */
  readonly replacers: ReadonlyMap<string, readonly string[]>;
  private readonly byEvent = new Map<string, readonly CompiledRule[]>();
  private readonly byPoint = new Map<string, readonly CompiledRule[]>();
  private readonly matchers: readonly { readonly rule: CompiledRule; readonly reads: (point: string) => boolean }[];

  constructor(rules: readonly CompiledRule[]) {
    this.all = inOrder(rules);
    this.replacers = replacersOf(rules);
    this.onLife = this.all.filter(({ reads }) => reads.points.includes(EVERY_POINT));
    for (const type of new Set(this.all.flatMap(({ reads }) => reads.events))) {
      const asked = this.all.filter(({ reads }) => reads.events.includes(type) || reads.points.includes(EVERY_POINT));
      this.byEvent.set(type, asked);
    }
    this.matchers = this.all.map((rule) => ({ rule, reads: pointReader(rule) }));
  }

  forReading(point: string): readonly CompiledRule[] {
    let found = this.byPoint.get(point);
    if (found === undefined) {
      found = this.matchers.filter(({ reads }) => reads(point)).map(({ rule }) => rule);
      if (this.byPoint.size >= MOST_NAMES) this.byPoint.clear();
      this.byPoint.set(point, found);
    }
    return found;
  }

  forEvent(type: string): readonly CompiledRule[] {
    return this.byEvent.get(type) ?? this.onLife;
  }
}

function pointReader({ reads }: CompiledRule): (point: string) => boolean {
  if (reads.points.includes(EVERY_POINT)) return () => true;
  const literal = new Set(reads.points.filter((name) => !name.includes("{")));
  const patterns = reads.points.filter((name) => name.includes("{")).map(pointPattern);
  return (point) => literal.has(point) || patterns.some((matches) => matches(point));
}

/** What nobody, or fewer, would be told of silences nothing; nor does anything but life safety silence life safety. */
function silences({ rule: a }: CompiledRule, { rule: b }: CompiledRule): boolean {
  return ARMINGS.indexOf(a.start) <= ARMINGS.indexOf(b.start) && (a.lifeSafety || !b.lifeSafety);
}

function replacersOf(rules: readonly CompiledRule[]): ReadonlyMap<string, readonly string[]> {
  const byId = new Map(rules.map((rule) => [rule.rule.id, rule]));
  const replacers = new Map<string, string[]>();
  for (const replacer of rules) {
    for (const id of replacer.rule.replaces) {
      const replaced = byId.get(id);
      if (replaced === undefined || !silences(replacer, replaced)) continue;
      replacers.set(id, [...(replacers.get(id) ?? []), replacer.rule.id]);
    }
  }
  return replacers;
}

/** By id, but those that replace others before them; of rules that replace each other the first by id decides. */
function inOrder(rules: readonly CompiledRule[]): readonly CompiledRule[] {
  const byId = new Map(rules.map((rule) => [rule.rule.id, rule]));
  const replacers = replacersOf(rules);
  const ordered = new Set<CompiledRule>();
  const begun = new Set<string>();
  const place = (id: string): void => {
    const rule = byId.get(id);
    if (rule === undefined || begun.has(id)) return;
    begun.add(id);
    for (const replacer of (replacers.get(id) ?? []).toSorted()) place(replacer);
    ordered.add(rule);
  };
  for (const id of [...byId.keys()].toSorted()) place(id);
  return [...ordered];
}

/** The rules in force, found by what they look at: a reading meets those of its kind and point and no other. */
export class RuleSet {
  readonly byId: ReadonlyMap<string, CompiledRule>;
  private readonly kinds = new Map<string, KindRules>();
  private readonly forAll: readonly CompiledRule[];
  private readonly named = new Map<string, CompiledRule[]>();

  /** Rules that are off are left out. */
  constructor(rules: readonly CompiledRule[]) {
    const inForce = rules.filter(({ rule }) => rule.start !== "off");
    this.byId = new Map(inForce.map((rule) => [rule.rule.id, rule]));
    this.forAll = inForce.filter(({ rule }) => rule.kinds === undefined);
    for (const rule of inForce) {
      for (const kind of rule.rule.kinds ?? []) push(this.named, kind, rule);
    }
  }

  forKind(kind: string): KindRules {
    let found = this.kinds.get(kind);
    if (found === undefined) {
      found = new KindRules([...this.forAll, ...(this.named.get(kind) ?? [])]);
      this.kinds.set(kind, found);
    }
    return found;
  }
}

function push(lists: Map<string, CompiledRule[]>, key: string, rule: CompiledRule): void {
  const known = lists.get(key);
  if (known) known.push(rule);
  else lists.set(key, [rule]);
}
