import { assertNever } from "@linli/model";
import type { CompiledRule } from "./compiled-rule.ts";
import { sooner } from "./conditions/node.ts";
import { closed, ended, seenReplaced } from "./episode.ts";
import { OwnNumbers, type ParamsOf } from "./own-numbers.ts";
import { isUpToDate } from "./remembered.ts";
import type { KindRules, RuleSet } from "./rule-set.ts";
import type { DeviceView, Signal, TakenReading } from "./signal.ts";
import type { AlertEffect, RuleState, StepResult } from "./step.ts";
import { stepRule } from "./step-rule.ts";

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

class Outcome {
  readonly effects: AlertEffect[] = [];
  readonly changed = new Set<string>();
}

/** All rules of one device; the order in which they are given does not matter. */
export class DeviceRules {
  private rules: KindRules;
  private readonly states = new Map<string, RuleState>();
  private readonly dues = new Map<string, number>();
  private readonly numbers: OwnNumbers;
  private nextDue: number | undefined;
  private dueMoved = false;

  constructor(rules: RuleSet, kind: string, paramsOf?: ParamsOf) {
    this.rules = rules.forKind(kind);
    this.numbers = new OwnNumbers(paramsOf);
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
    for (const rule of this.rules.all) {
      const state = this.states.get(rule.rule.id);
      // a state of another version is for `rulesChanged` to judge
      const { numbers } = this.numbers.of(rule);
      const isCurrent = state === undefined ? rule.reads.timed : isUpToDate(state, { rule, numbers });
      // only asks when it is due: what it remembers stays what was stored
      if (isCurrent) this.noteDue(rule.rule.id, this.ask(rule, DUE, { view, at }).due);
    }
    this.findDue();
  }

  /** Gives what happened to the rules that look at it. */
  take(signal: Signal, moment: Moment): DeviceStep {
    const outcome = new Outcome();
    if (signal.type === "readings") this.share(signal.readings, moment, outcome);
    else for (const rule of this.concerned(signal, moment.at)) this.step(rule, signal, moment, outcome);
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

  /** Gives each rule those values of a message that it looks at, together. */
  private share(readings: readonly TakenReading[], moment: Moment, outcome: Outcome): void {
    const shares = new Map<CompiledRule, TakenReading[]>();
    for (const taken of readings) {
      for (const rule of this.rules.forReading(taken.reading.point)) {
        const share = shares.get(rule);
        if (share === undefined) shares.set(rule, [taken]);
        else share.push(taken);
      }
    }
    for (const rule of readings.length > 1 ? this.rules.all : shares.keys()) {
      const share = shares.get(rule);
      if (share !== undefined) this.step(rule, { type: "readings", readings: share }, moment, outcome);
    }
  }

  /** In the order of the kind's rules. */
  private concerned(signal: Exclude<Signal, { type: "readings" }>, at: number): readonly CompiledRule[] {
    switch (signal.type) {
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

  private replacerOf(ruleId: string): string | undefined {
    return this.rules.replacers.get(ruleId)?.find((replacer) => this.states.get(replacer)?.alert !== undefined);
  }

  private ask(rule: CompiledRule, signal: Signal, { view, at }: Moment): StepResult {
    const { id } = rule.rule;
    const { params, numbers } = this.numbers.of(rule);
    const replacedBy = this.rules.replacers.size === 0 ? undefined : this.replacerOf(id);
    return stepRule({ rule, state: this.states.get(id), signal, view, at, params, numbers, replacedBy });
  }

  private step(rule: CompiledRule, signal: Signal, moment: Moment, outcome: Outcome): void {
    const { id } = rule.rule;
    const { state, due, effects } = this.ask(rule, signal, moment);
    for (const effect of effects) outcome.effects.push(effect);
    this.noteDue(id, due);
    if (state === this.states.get(id)) return;
    outcome.changed.add(id);
    if (state === undefined) this.states.delete(id);
    else this.states.set(id, state);
  }

  private noteDue(ruleId: string, due: number | undefined): void {
    if (due === this.dues.get(ruleId)) return;
    if (due === undefined) this.dues.delete(ruleId);
    else this.dues.set(ruleId, due);
    this.dueMoved = true;
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
