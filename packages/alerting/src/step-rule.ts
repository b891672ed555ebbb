import { type Alert, compareSeverity } from "@linli/model";
import type { CompiledRule } from "./compiled-rule.ts";
import { type Look, sooner } from "./conditions/node.ts";
import { MAX_AHEAD_MS } from "./conditions/samples.ts";
import {
  changedSeverity,
  cleared,
  closed,
  ended,
  highestRaised,
  inWords,
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
import type { AlertEffect, HeardEvent, LevelState, LevelStates, RuleState, StepResult } from "./step.ts";

/** Readings older than this at their arrival speak of the past, whatever the kind. */
const LATE_MS = 300_000;
/** What somebody has to see to, whenever it is learned, is news for so long. */
const NEWS_MS = 86_400_000;
/** Events remembered, so that a repeat is known as one; the oldest go first. */
const MOST_HEARD = 100;

const DUE: Signal = { type: "due" };
const NO_EFFECTS: readonly AlertEffect[] = [];
type Remembered = Omit<RuleState, "version" | "numbers">;
const NOTHING: Remembered = { levels: {}, memory: {} };

export interface StepInput {
  readonly rule: CompiledRule;
  readonly state: RuleState | undefined;
  readonly signal: Signal;
  readonly view: DeviceView;
  /** Journal time (receivedAt). */
  readonly at: number;
  /** All the rule's numbers, the device's own in place of the rule's; absent = the rule's. */
  readonly params?: Readonly<Record<string, number>> | undefined;
  /** Names the device's own ones among them: when it changes, the rule counts as edited. */
  readonly numbers?: string | undefined;
  /** Id of a rule, active on the device, that says the same, better: this one opens nothing meanwhile. */
  readonly replacedBy?: string | undefined;
}

/**
 * Gives one rule one signal of one device: a pure function. Signals come in the order of the journal, and `due` ones not
 * after their time; cutting, stopping and loading in between changes nothing.
 */
export function stepRule(input: StepInput): StepResult {
  const { signal, state } = input;
  if (!isNews(input)) return stepOnce({ ...input, signal: DUE });
  const first = stepOnce(input);
  if (signal.type !== "event" || first.state === state) return first;
  // an event is true for its moment, which is over now
  const second = stepOnce({ ...input, state: first.state, signal: DUE });
  return { ...second, effects: [...first.effects, ...second.effects] };
}

/** A repeat of an event says nothing anew, and a reading stamped with a day to come says nothing at all. */
function isNews({ signal, state }: StepInput): boolean {
  if (signal.type === "readings") {
    return signal.readings.some(({ reading }) => reading.observedAt <= reading.receivedAt + MAX_AHEAD_MS);
  }
  return signal.type !== "event" || !state?.heard?.some(([id]) => id === signal.event.id);
}

function heardWith({ signal, rule, at }: StepInput, before: readonly HeardEvent[] | undefined) {
  const isMet = signal.type === "event" && rule.reads.events.includes(signal.event.type);
  if (!isMet && (before === undefined || (before[0]?.[1] ?? 0) > at - NEWS_MS)) return before;
  const kept = (before ?? []).filter(([, heardAt]) => heardAt > at - NEWS_MS);
  const after: readonly HeardEvent[] = isMet ? [...kept, [signal.event.id, at] as const].slice(-MOST_HEARD) : kept;
  return after.length === 0 ? undefined : after;
}

function lateAfterOf({ rule, view }: StepInput): number {
  return rule.rule.latched ? NEWS_MS : Math.max(LATE_MS, view.kind?.lateAfter ?? 0);
}

function isLate({ signal, at }: StepInput, lateAfter: number): boolean {
  if (signal.type === "event") return at - signal.event.observedAt > lateAfter;
  if (signal.type !== "readings") return false;
  return signal.readings.every(
    ({ reading, newest }) => reading.historical || !newest || at - reading.observedAt > lateAfter,
  );
}

function mapLevels(levels: LevelStates, change: (state: LevelState) => LevelState | undefined): LevelStates {
  const entries = Object.entries(levels).map(([severity, state]) => [severity, change(state)] as const);
  return Object.fromEntries(entries.filter(([, state]) => state !== undefined));
}

/** Whether a state was gathered under the rule, and the numbers, that are in force. */
export function isUpToDate(state: RuleState, { rule, numbers }: Pick<StepInput, "rule" | "numbers">): boolean {
  return state.version === rule.version && state.numbers === numbers;
}

/** What is left of a state before the signal is looked at. */
function prepare(input: StepInput): Remembered {
  const { state, signal } = input;
  if (state === undefined) return NOTHING;
  if (signal.type === "blind") {
    const { gapMs } = signal;
    const levels = mapLevels(state.levels, (level) =>
      level.since === undefined
        ? level
        : {
            ...level,
            since: level.since + gapMs,
            ...(typeof level.doubtedUntil === "number" && { doubtedUntil: level.doubtedUntil + gapMs }),
          },
    );
    return { ...state, levels, ...(state.lowerSince !== undefined && { lowerSince: state.lowerSince + gapMs }) };
  }
  const { alert, heard, lastOpening } = state;
  const kept = {
    ...(alert && { alert }),
    ...(heard && { heard }),
    ...(lastOpening !== undefined && { lastOpening }),
  };
  if (signal.type === "replaced") {
    // the alert stays as it is; what was waiting, and what was remembered, was about the hardware that is gone
    const levels = mapLevels(state.levels, ({ raised }) => (raised ? { raised, samples: 0 } : undefined));
    return { ...NOTHING, ...kept, levels, ...(state.unjudged && { unjudged: true }) };
  }
  if (isUpToDate(state, input)) return state;
  return { ...NOTHING, ...kept, memory: state.memory, ...(alert && !alert.latched && { unjudged: true }) };
}

interface Episode {
  readonly alert: Alert | undefined;
  readonly effects: readonly AlertEffect[];
  readonly lowerSince?: number | undefined;
  readonly toldSeenAt?: number | undefined;
  readonly unjudged?: true | undefined;
  readonly due?: number | undefined;
  /** A person or an edit ended it: what was raised is not. */
  readonly abandoned?: true;
}

function stepOnce(input: StepInput): StepResult {
  const { rule, view, at, signal, state } = input;
  if (signal.type === "retired") return endAll(state?.alert, signal.by, at);
  if (state?.alert === undefined && !rule.hasNeeds(view))
    return { state: undefined, effects: NO_EFFECTS, due: undefined };
  const before = prepare(input);
  const lateAfter = lateAfterOf(input);
  const memory = new OverlayMemory(before.memory, state !== undefined && !isUpToDate(state, input));
  const params = input.params ?? rule.rule.params;
  const look: Look = { signal, view, at, late: isLate(input, lateAfter), lateAfter, params, memory };
  const steps = rule.levels.map((level) =>
    stepLevel(level, before.levels[level.severity], look, before.unjudged === true),
  );
  const episode = before.alert === undefined ? open(input, steps, look) : carryOn(input, before, steps, look);
  let due = episode.due;
  for (const step of steps) due = sooner(due, step.due);
  const heard = heardWith(input, before.heard);
  const lastOpening = openingKept(before, episode, at);
  const values = memory.values();
  if (isUnchanged(input, { steps, episode, heard, lastOpening, values })) {
    return { state, effects: episode.effects, due };
  }
  const levels = episode.abandoned ? {} : statesOf(steps);
  const { alert, lowerSince, toldSeenAt, unjudged } = episode;
  const after: RuleState = {
    version: rule.version,
    ...(input.numbers !== undefined && { numbers: input.numbers }),
    levels,
    memory: values,
    ...(alert && { alert }),
    ...(lowerSince !== undefined && { lowerSince }),
    ...(toldSeenAt !== undefined && { toldSeenAt }),
    ...(unjudged && { unjudged }),
    ...(lastOpening !== undefined && { lastOpening }),
    ...(heard && { heard }),
  };
  return { state: isEmpty(after) ? undefined : after, effects: episode.effects, due };
}

function isEmpty({ alert, lastOpening, heard, levels, memory }: RuleState): boolean {
  if (alert !== undefined || lastOpening !== undefined || heard !== undefined) return false;
  return Object.keys(levels).length === 0 && Object.keys(memory).length === 0;
}

/** Nearly every signal: the state is the same as before, and nothing has to be stored. */
function isUnchanged(
  input: StepInput,
  after: {
    readonly steps: readonly LevelStep[];
    readonly episode: Episode;
    readonly heard: readonly HeardEvent[] | undefined;
    readonly lastOpening: number | undefined;
    readonly values: Readonly<Record<string, unknown>>;
  },
): boolean {
  const { state } = input;
  const { steps, episode, heard, lastOpening, values } = after;
  if (episode.effects.length > 0 || episode.abandoned || episode.alert !== state?.alert) return false;
  if (heard !== state?.heard || lastOpening !== state?.lastOpening) return false;
  if (state === undefined) {
    return values === NOTHING.memory && steps.every((step) => step.state === undefined);
  }
  if (!isUpToDate(state, input) || values !== state.memory || episode.lowerSince !== state.lowerSince) return false;
  if (episode.toldSeenAt !== state.toldSeenAt || episode.unjudged !== state.unjudged) return false;
  return steps.every((step) => step.state === state.levels[step.level.severity]);
}

function statesOf(steps: readonly LevelStep[]): LevelStates {
  const entries = steps.flatMap(({ level, state }) => (state === undefined ? [] : [[level.severity, state] as const]));
  return Object.fromEntries(entries);
}

function openingKept(before: Remembered, episode: Episode, at: number): number | undefined {
  const opening = episode.alert === undefined ? before.alert && openingOf(before.alert.id) : undefined;
  const last = Math.max(opening ?? 0, before.lastOpening ?? 0);
  return last >= at ? last : undefined;
}

function openingOf(alertId: string): number {
  return Number.parseInt(alertId.slice(alertId.lastIndexOf("_") + 1), 36);
}

function endAll(alert: Alert | undefined, by: string, at: number): StepResult {
  return { state: undefined, effects: alert ? [ended(alert, at, "retired", by)] : NO_EFFECTS, due: undefined };
}

function open({ rule, replacedBy, state }: StepInput, steps: readonly LevelStep[], look: Look): Episode {
  const raised = highestRaised(steps);
  if (raised === undefined || replacedBy !== undefined) return { alert: undefined, effects: NO_EFFECTS };
  const effect = opened(rule, raised, look, Math.max(look.at, (state?.lastOpening ?? 0) + 1));
  return { alert: effect.alert, effects: [effect], toldSeenAt: look.at };
}

/** An episode is open: it goes up at once, down slowly, and ends when nothing holds any more, or by a person. */
function carryOn({ signal }: StepInput, before: Remembered, steps: readonly LevelStep[], look: Look): Episode {
  const { at } = look;
  const alert = before.alert as Alert;
  const isTrue = steps.some(({ when }) => when.truth === true);
  if (signal.type === "closed" && !isTrue) {
    return { alert: undefined, effects: [closed(alert, at, signal.by, signal.outcome)], abandoned: true };
  }
  const isFalse = steps.every(({ when }) => when.truth === false);
  const raised = highestRaised(steps);
  // a version that does not hold at first sight never held: the episode is over, but nothing was mended
  if (before.unjudged && isFalse) {
    const by = signal.type === "rule" ? signal.by : "an edit";
    return { alert: undefined, effects: [ended(alert, at, "rule", by)], abandoned: true };
  }
  if (raised === undefined && !alert.latched && !before.unjudged) {
    const facts = steps.flatMap(({ when }) => when.facts());
    return { alert: undefined, effects: [cleared(alert, at, facts)] };
  }
  const effects: AlertEffect[] = [];
  let now = freshness(alert, steps, effects);
  now = sighted(now, { before, steps, look });
  now = rise(now, raised, at, effects);
  const lower = fall(now, raised, { at, since: before.lowerSince }, effects);
  const toldSeenAt = tellSeen(lower.alert, { alert, before, steps, at }, effects);
  return {
    alert: lower.alert,
    effects,
    lowerSince: lower.since,
    toldSeenAt,
    unjudged: before.unjudged && !isTrue ? true : undefined,
    due: lower.since === undefined ? undefined : lower.since + LOWER_AFTER_MS,
  };
}

/** Nobody can say any more whether it still holds, or somebody can again. */
function freshness(alert: Alert, steps: readonly LevelStep[], effects: AlertEffect[]): Alert {
  const raised = steps.filter(({ state }) => state?.raised === true);
  const about = raised.length > 0 ? raised : steps;
  const isTrue = steps.some(({ when }) => when.truth === true);
  const silent = !isTrue && about.every(({ when }) => when.truth === undefined && when.unknown === undefined);
  const speaks = about.some(({ when }) => when.truth !== undefined);
  if (alert.stale ? !speaks : !silent) return alert;
  const effect = alert.stale ? madeFresh(alert) : madeStale(alert);
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
  { at, since }: { at: number; since: number | undefined },
  effects: AlertEffect[],
): { readonly alert: Alert; readonly since?: number } {
  // what a person has to close keeps the severity it reached
  const isLower = raised !== undefined && compareSeverity(raised.level.severity, alert.severity) < 0;
  if (alert.latched || !isLower) return { alert };
  const from = since ?? at;
  if (at - from < LOWER_AFTER_MS) return { alert, since: from };
  const effect = changedSeverity(alert, raised, at);
  effects.push(effect);
  return { alert: effect.alert };
}

/** It was met anew while it was open: an event once more, or true after it had been false. */
function metAnew({
  before,
  steps,
  look: { signal },
}: {
  readonly before: Remembered;
  readonly steps: readonly LevelStep[];
  readonly look: Look;
}): LevelStep | undefined {
  if (signal.type === "rule" || signal.type === "replaced" || before.unjudged) return undefined;
  const wasOver = Object.keys(before.levels).length === 0;
  return steps.find(({ level, when, before: previous }) => {
    if (when.truth !== true) return false;
    if (signal.type === "event" && level.when.reads.events.includes(signal.event.type)) return true;
    return previous?.raised === true ? previous.since !== undefined : wasOver;
  });
}

function sighted(alert: Alert, met: Parameters<typeof metAnew>[0]): Alert {
  return metAnew(met) === undefined ? alert : { ...alert, lastSeenAt: met.look.at };
}

/** It moved `lastSeenAt`: told at most once a minute, and not when something else was told already. */
function tellSeen(
  now: Alert,
  { alert, before, steps, at }: { alert: Alert; before: Remembered; steps: readonly LevelStep[]; at: number },
  effects: AlertEffect[],
): number | undefined {
  const { toldSeenAt } = before;
  const isDue = toldSeenAt === undefined || at - toldSeenAt >= SEEN_EVERY_MS;
  if (now.lastSeenAt === alert.lastSeenAt || effects.length > 0 || !isDue) return toldSeenAt;
  const facts = steps.filter(({ when }) => when.truth === true).flatMap(({ when }) => when.facts());
  effects.push(seen(now, inWords(facts)));
  return at;
}
