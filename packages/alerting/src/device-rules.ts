import { assertNever } from "@linli/model";
import type { CompiledRule } from "./compiled-rule.ts";
import { sooner } from "./conditions/node.ts";
import { closed, ended, seenReplaced } from "./episode.ts";
import { fingerprint } from "./fingerprint.ts";
import type { KindRules, RuleSet } from "./rule-set.ts";
import type { DeviceView, Signal, TakenReading } from "./signal.ts";
import type { AlertEffect, RuleState } from "./step.ts";
import { isUpToDate, stepRule } from "./step-rule.ts";

/** A device's own numbers for a rule, by the rule's id: another object when they changed. */
export type ParamsOf = (ruleId: string) => Readonly<Record<string, number>> | undefined;

/** What came of giving a device's rules what happened in one moment. */
export interface DeviceStep {
  readonly effects: readonly AlertEffect[];
  /** Ids of the rules whose state is another one than before: these have to be stored. */
  readonly changed: ReadonlySet<string>;
}

/** When, and how the device stood. */
export interface Moment {
  readonly view: DeviceView;
  /** Journal time. */
  readonly at: number;
}

const DUE: Signal = { type: "due" };
const NO_STEP: DeviceStep = { effects: [], changed: new Set() };

interface Numbers {
  readonly own: Readonly<Record<string, number>>;
  readonly params: Readonly<Record<string, number>>;
  readonly numbers: string;
}

const NO_NUMBERS: Partial<Numbers> = {};

class Outcome {
  readonly effects: AlertEffect[] = [];
  readonly changed = new Set<string>();
}

/** All rules of one device; the order in which they are given does not matter. */
export class DeviceRules {
  private rules: KindRules;
  private readonly states = new Map<string, RuleState>();
  private readonly dues = new Map<string, number>();
  private readonly paramsOf: ParamsOf | undefined;
  private readonly ownNumbers = new Map<string, Numbers>();
  private nextDue: number | undefined;
  private dueMoved = false;

  constructor(rules: RuleSet, kind: string, paramsOf?: ParamsOf) {
    this.rules = rules.forKind(kind);
    this.paramsOf = paramsOf;
  }

  /** The journal time at which `take` wants to be given `due`; `undefined` = only when something happens. */
  get due(): number | undefined {
    return this.nextDue;
  }

  /** What is remembered of a rule, to be stored as JSON; `undefined` = nothing. */
  state(ruleId: string): RuleState | undefined {
    return this.states.get(ruleId);
  }

  /** Rules that remember anything, and what. */
  saved(): Iterable<readonly [ruleId: string, state: RuleState]> {
    return this.states;
  }

  /** The device is new: what holds of it from the first is found now. */
  begin(moment: Moment): DeviceStep {
    const outcome = new Outcome();
    for (const rule of this.rules.all) this.step(rule, DUE, moment, outcome);
    this.findDue();
    return outcome;
  }

  /**
   * Takes up where it was left: the states as they were saved, at the moment at which they were. Rules that came,
   * changed or went meanwhile are told by `rulesChanged` afterwards.
   */
  restore(saved: Iterable<readonly [ruleId: string, state: RuleState]>, view: DeviceView, at: number): void {
    for (const [ruleId, state] of saved) this.states.set(ruleId, state);
    const outcome = new Outcome();
    for (const rule of this.rules.all) {
      const state = this.states.get(rule.rule.id);
      // a state of another version is for `rulesChanged` to judge
      const { numbers } = this.numbersOf(rule) ?? NO_NUMBERS;
      const isCurrent = state === undefined ? rule.reads.timed : isUpToDate(state, { rule, numbers });
      if (isCurrent) this.step(rule, DUE, { view, at }, outcome);
    }
    this.findDue();
  }

  /** Gives what happened to the rules that look at it. */
  take(signal: Signal, moment: Moment): DeviceStep {
    const wanted = this.concerned(signal, moment.at);
    if (wanted.length === 0 && signal.type !== "retired") return NO_STEP;
    const outcome = new Outcome();
    for (const rule of wanted) this.step(rule, this.ownOf(rule, signal), moment, outcome);
    if (signal.type === "retired") this.endOrphans(signal.by, moment.at, outcome);
    this.followReplacements(moment, outcome);
    this.findDue();
    return outcome;
  }

  /** A person closed the episode of one rule; false while its condition holds, or when there is none. */
  close(
    ruleId: string,
    { by, outcome: word }: { readonly by: string; readonly outcome: string },
    moment: Moment,
  ): DeviceStep & { readonly accepted: boolean } {
    const outcome = new Outcome();
    const rule = this.rules.all.find((one) => one.rule.id === ruleId);
    const signal: Signal = { type: "closed", by, outcome: word };
    if (rule !== undefined) {
      this.step(rule, signal, moment, outcome);
      this.followReplacements(moment, outcome);
    } else {
      // its rule is gone: nothing says any more that it holds
      const alert = this.states.get(ruleId)?.alert;
      if (alert !== undefined) outcome.effects.push(closed(alert, moment.at, by, word));
      this.forget(ruleId, outcome);
    }
    this.findDue();
    const { effects, changed } = outcome;
    return { effects, changed, accepted: effects.some(({ alert }) => alert.ruleId === ruleId && !alert.active) };
  }

  /** Other rules, versions or numbers are in force from now on: open episodes are judged by them at once. */
  rulesChanged(rules: RuleSet, by: string, moment: Moment): DeviceStep {
    this.rules = rules.forKind(moment.view.device.kind);
    const outcome = new Outcome();
    const inForce = new Set(this.rules.all.map(({ rule }) => rule.id));
    for (const [ruleId, { alert }] of [...this.states]) {
      if (inForce.has(ruleId) || alert?.latched) continue;
      if (alert !== undefined) outcome.effects.push(ended(alert, moment.at, "rule", by));
      this.forget(ruleId, outcome);
    }
    const signal: Signal = { type: "rule", by };
    for (const rule of this.rules.all) this.step(rule, signal, moment, outcome);
    this.followReplacements(moment, outcome);
    this.findDue();
    return outcome;
  }

  /** In the order of the kind's rules. */
  private concerned(signal: Signal, at: number): readonly CompiledRule[] {
    switch (signal.type) {
      case "readings":
        return this.readingOf(signal.readings);
      case "event":
        return this.rules.forEvent(signal.event.type);
      case "alive":
        return this.rules.onLife;
      case "stale":
        return this.rules.forReading(signal.point);
      case "connection":
        // of a device that is offline no point says anything any more
        return this.rules.all.filter(({ rule, reads }) => reads.connection || this.states.has(rule.id));
      case "due":
        return this.rules.all.filter(({ rule }) => (this.dues.get(rule.id) ?? Number.POSITIVE_INFINITY) <= at);
      case "blind":
        return this.rules.all.filter(({ rule }) => this.dues.has(rule.id) || this.states.has(rule.id));
      case "closed":
      case "rule":
      case "replaced":
      case "retired":
        return this.rules.all;
      default:
        return assertNever(signal);
    }
  }

  private readingOf(readings: readonly TakenReading[]): readonly CompiledRule[] {
    const [first] = readings;
    if (first === undefined) return [];
    if (readings.length === 1) return this.rules.forReading(first.reading.point);
    const wanted = new Set(readings.flatMap(({ reading }) => this.rules.forReading(reading.point)));
    return this.rules.all.filter((rule) => wanted.has(rule));
  }

  /** Of the values of a message, those that the rule looks at. */
  private ownOf(rule: CompiledRule, signal: Signal): Signal {
    if (signal.type !== "readings" || signal.readings.length === 1) return signal;
    const own = signal.readings.filter(({ reading }) => this.rules.forReading(reading.point).includes(rule));
    return own.length === signal.readings.length ? signal : { type: "readings", readings: own };
  }

  /** The device's own numbers, and a name for them. */
  private numbersOf({ rule }: CompiledRule): Numbers | undefined {
    const own = this.paramsOf?.(rule.id);
    if (own === undefined) return undefined;
    const known = this.ownNumbers.get(rule.id);
    if (known?.own === own) return known;
    const names = Object.keys(own).toSorted();
    const numbers = fingerprint(names.map((name) => [name, own[name]]));
    const merged = { own, params: { ...rule.params, ...own }, numbers };
    this.ownNumbers.set(rule.id, merged);
    return merged;
  }

  private replacerOf(ruleId: string): string | undefined {
    return this.rules.replacers.get(ruleId)?.find((replacer) => this.states.get(replacer)?.alert !== undefined);
  }

  private step(rule: CompiledRule, signal: Signal, { view, at }: Moment, outcome: Outcome): void {
    const { id } = rule.rule;
    const before = this.states.get(id);
    const { params, numbers } = this.numbersOf(rule) ?? NO_NUMBERS;
    const replacedBy = this.rules.replacers.size === 0 ? undefined : this.replacerOf(id);
    const { state, due, effects } = stepRule({ rule, state: before, signal, view, at, params, numbers, replacedBy });
    for (const effect of effects) outcome.effects.push(effect);
    if (due !== this.dues.get(id)) {
      if (due === undefined) this.dues.delete(id);
      else this.dues.set(id, due);
      this.dueMoved = true;
    }
    if (state === before) return;
    outcome.changed.add(id);
    if (state === undefined) this.states.delete(id);
    else this.states.set(id, state);
  }

  /** Rules that are gone keep what is latched; a device that is gone keeps nothing. */
  private endOrphans(by: string, at: number, outcome: Outcome): void {
    for (const [ruleId, { alert }] of [...this.states]) {
      if (alert !== undefined) outcome.effects.push(ended(alert, at, "retired", by));
      this.forget(ruleId, outcome);
    }
  }

  private forget(ruleId: string, outcome: Outcome): void {
    if (this.dues.delete(ruleId)) this.dueMoved = true;
    if (this.states.delete(ruleId)) outcome.changed.add(ruleId);
  }

  /** An episode that opened marks those that it replaces; one that ended gives them their turn. */
  private followReplacements(moment: Moment, outcome: Outcome): void {
    if (this.rules.replacers.size === 0) return;
    for (const effect of [...outcome.effects]) {
      const { change, alert } = effect;
      if (change !== "opened" && alert.active) continue;
      const replacer = this.rules.all.find(({ rule }) => rule.id === alert.ruleId);
      for (const replaced of replacer?.rule.replaces ?? []) {
        const rule = this.rules.all.find((one) => one.rule.id === replaced);
        const state = this.states.get(replaced);
        if (rule === undefined || state === undefined) continue;
        if (!this.rules.replacers.get(replaced)?.includes(alert.ruleId)) continue;
        if (change !== "opened") this.step(rule, DUE, moment, outcome);
        else if (state.alert !== undefined) outcome.effects.push(seenReplaced(state.alert, alert.ruleId));
      }
    }
  }

  private findDue(): void {
    if (!this.dueMoved) return;
    this.dueMoved = false;
    let due: number | undefined;
    for (const one of this.dues.values()) due = sooner(due, one);
    this.nextDue = due;
  }
}
