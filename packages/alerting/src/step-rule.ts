import { type Alert, compareSeverity } from "@linli/model";
import type { CompiledRule } from "./compiled-rule.ts";
import { type Look, sooner } from "./conditions/node.ts";
import {
  changedSeverity,
  cleared,
  closed,
  ended,
  highestRaised,
  LOWER_AFTER_MS,
  madeFresh,
  madeStale,
  opened,
  SEEN_EVERY_MS,
  seen,
} from "./episode.ts";
import { type LevelStep, stepLevel } from "./levels.ts";
import { OverlayMemory } from "./overlay-memory.ts";
import type { DeviceView, Signal } from "./signal.ts";
import type { AlertEffect, LevelState, LevelStates, RuleState, StepResult } from "./step.ts";

/** Readings older than this at their arrival speak of the past, whatever the kind. */
const LATE_MS = 300_000;
/** What somebody has to see to, whenever it is learned, is news for so long. */
const NEWS_MS = 86_400_000;

const NOTHING: Omit<RuleState, "version"> = { levels: {}, memory: {} };

export interface StepInput {
  readonly rule: CompiledRule;
  readonly state: RuleState | undefined;
  readonly signal: Signal;
  readonly view: DeviceView;
  /** Journal time (receivedAt). */
  readonly at: number;
  /** The device's own numbers in place of the rule's. */
  readonly params?: Readonly<Record<string, number>>;
  /** Another rule is active on the device that says the same, better: this one opens nothing meanwhile. */
  readonly replaced?: boolean;
}

function isLate({ rule, signal, view, at }: StepInput): boolean {
  if (signal.type === "event") return at - signal.event.observedAt > (rule.rule.latched ? NEWS_MS : LATE_MS);
  if (signal.type !== "reading") return false;
  const { historical, observedAt } = signal.reading;
  return historical || !signal.newest || at - observedAt > Math.max(LATE_MS, view.kind?.lateAfter ?? 0);
}

function shift(levels: LevelStates, gapMs: number): LevelStates {
  const shifted = Object.entries(levels).map(([severity, state]): [string, LevelState] => [
    severity,
    state.since === undefined ? state : { ...state, since: state.since + gapMs },
  ]);
  return Object.fromEntries(shifted);
}

/** What is left of a state before the signal is looked at. */
function prepare({ state, rule, signal }: StepInput): Omit<RuleState, "version"> {
  if (state === undefined) return NOTHING;
  if (signal.type === "blind") return { ...state, levels: shift(state.levels, signal.gapMs) };
  // memory and waiting belong to the version (or the hardware) that gathered them; the episode does not
  const begunAnew = signal.type === "replaced" || state.version !== rule.version;
  return begunAnew ? { ...NOTHING, ...(state.alert && { alert: state.alert }) } : state;
}

interface Episode {
  readonly alert: Alert | undefined;
  readonly effects: readonly AlertEffect[];
  readonly lowerSince?: number;
  readonly toldSeenAt?: number;
  readonly due?: number;
}

/**
 * Gives one rule one signal of one device: a pure function. Signals come in the order of the journal, and `due` ones not
 * after their time; cutting, stopping and loading in between changes nothing.
 */
export function stepRule(input: StepInput): StepResult {
  const { rule, view, at, signal } = input;
  const before = prepare(input);
  if (signal.type === "retired") return endAll(before.alert, signal.by, at);
  const memory = new OverlayMemory(before.memory);
  const params = input.params ? { ...rule.rule.params, ...input.params } : rule.rule.params;
  const look: Look = { signal, view, at, late: isLate(input), params, memory };
  const steps = rule.levels.map((level) => stepLevel(level, before.levels[level.severity], look));
  const episode = before.alert === undefined ? open(input, steps, look) : carryOn(input, before, steps, look);
  const { alert, effects, lowerSince, toldSeenAt } = episode;
  const levels = alert === undefined && before.alert !== undefined ? {} : statesOf(steps);
  const kept = memory.values();
  const due = steps.map((step) => step.due).reduce(sooner, episode.due);
  const isEmpty = alert === undefined && Object.keys(levels).length === 0 && Object.keys(kept).length === 0;
  if (isEmpty) return { state: undefined, effects, due };
  const state: RuleState = {
    version: rule.version,
    levels,
    memory: kept,
    ...(alert && { alert }),
    ...(lowerSince !== undefined && { lowerSince }),
    ...(toldSeenAt !== undefined && { toldSeenAt }),
  };
  return { state, effects, due };
}

function statesOf(steps: readonly LevelStep[]): LevelStates {
  return Object.fromEntries(
    steps.flatMap(({ level, state }) => (state === undefined ? [] : [[level.severity, state] as const])),
  );
}

function endAll(alert: Alert | undefined, by: string, at: number): StepResult {
  return { state: undefined, effects: alert ? [ended(alert, at, "retired", by)] : [], due: undefined };
}

function open({ rule, replaced }: StepInput, steps: readonly LevelStep[], look: Look): Episode {
  const raised = highestRaised(steps);
  if (raised === undefined || replaced === true) return { alert: undefined, effects: [] };
  const effect = opened(rule, raised, look);
  return { alert: effect.alert, effects: [effect], toldSeenAt: look.at };
}

/** An episode is open: it goes up at once, down slowly, and ends when nothing holds any more, or by a person. */
function carryOn(
  input: StepInput,
  before: Omit<RuleState, "version">,
  steps: readonly LevelStep[],
  look: Look,
): Episode {
  const { signal, rule } = input;
  const { at } = look;
  const alert = before.alert as Alert;
  const isTrue = steps.some(({ when }) => when.truth === true);
  if (signal.type === "closed" && !isTrue) {
    return { alert: undefined, effects: [closed(alert, at, signal.by, signal.outcome)] };
  }
  const raised = highestRaised(steps);
  // a version that does not hold at once never held: the episode is over, but nothing was mended
  if (input.state?.version !== rule.version && !isTrue && !alert.latched) {
    const by = signal.type === "rule" ? signal.by : "an edit";
    return { alert: undefined, effects: [ended(alert, at, "rule", by)] };
  }
  if (raised === undefined && !alert.latched && input.state?.version === rule.version) {
    return {
      alert: undefined,
      effects: [
        cleared(
          alert,
          at,
          steps.flatMap(({ when }) => when.facts),
        ),
      ],
    };
  }
  const effects: AlertEffect[] = [];
  let now = freshness(alert, steps, effects);
  now = rise(now, raised, at, effects);
  const lower = fall(now, raised, { at, since: before.lowerSince, latched: alert.latched }, effects);
  const { toldSeenAt } = sighting(lower.alert, { before, steps, at }, effects);
  return {
    alert: effects.at(-1)?.alert ?? lower.alert,
    effects,
    ...(lower.since !== undefined && { lowerSince: lower.since, due: lower.since + LOWER_AFTER_MS }),
    ...(toldSeenAt !== undefined && { toldSeenAt }),
  };
}

/** Nobody can say any more whether it still holds, or somebody can again. */
function freshness(alert: Alert, steps: readonly LevelStep[], effects: AlertEffect[]): Alert {
  const unknown = steps.every(({ when }) => when.truth === undefined);
  if (unknown === alert.stale) return alert;
  const effect = unknown ? madeStale(alert) : madeFresh(alert);
  effects.push(effect);
  return effect.alert;
}

function rise(alert: Alert, raised: LevelStep | undefined, at: number, effects: AlertEffect[]): Alert {
  if (raised === undefined || compareSeverity(raised.level.severity, alert.severity) <= 0) return alert;
  const effect = changedSeverity(alert, raised, at);
  effects.push(effect);
  return effect.alert;
}

function fall(
  alert: Alert,
  raised: LevelStep | undefined,
  { at, since, latched }: { at: number; since: number | undefined; latched: boolean },
  effects: AlertEffect[],
): { alert: Alert; since?: number } {
  // what a person has to close keeps the severity it reached
  if (latched || raised === undefined || compareSeverity(raised.level.severity, alert.severity) >= 0) return { alert };
  const from = since ?? at;
  if (at - from < LOWER_AFTER_MS) return { alert, since: from };
  const effect = changedSeverity(alert, raised, at);
  effects.push(effect);
  return { alert: effect.alert };
}

/** It was met anew while it was open: an event again, or true after it had been false. */
function sighting(
  alert: Alert,
  { before, steps, at }: { before: Omit<RuleState, "version">; steps: readonly LevelStep[]; at: number },
  effects: AlertEffect[],
): { toldSeenAt: number | undefined } {
  const anew = steps.find(({ level, state, when }) => {
    if (when.truth !== true || !state?.raised) return false;
    const previous = before.levels[level.severity];
    return previous?.raised !== true || previous.since !== undefined || level.when.reads.events.length > 0;
  });
  const toldSeenAt = before.toldSeenAt;
  if (anew === undefined || effects.length > 0 || (toldSeenAt !== undefined && at - toldSeenAt < SEEN_EVERY_MS))
    return { toldSeenAt };
  effects.push(seen(alert, at, anew.when.facts.map(({ what }) => what).join(", ")));
  return { toldSeenAt: at };
}
