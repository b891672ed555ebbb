import type { Alert } from "@linli/model";
import { type Look, sooner } from "./conditions/node.ts";
import { ended } from "./episode.ts";
import { carryOn, type Episode, open } from "./episode-step.ts";
import { type EpisodeOf, type LevelStep, stepLevel } from "./levels.ts";
import { OverlayMemory } from "./overlay-memory.ts";
import { isUpToDate, NOTHING, prepare, type Remembered } from "./remembered.ts";
import type { Signal } from "./signal.ts";
import type { AlertEffect, HeardEvent, LevelStates, RuleState, StepResult } from "./step.ts";
import type { StepInput } from "./step-input.ts";
import { heardWith, isLate, isNews, lateAfterOf } from "./timeliness.ts";

const DUE: Signal = { type: "due" };
const NO_EFFECTS: readonly AlertEffect[] = [];
const NO_EPISODE: EpisodeOf = { isOpen: false, isUnjudged: false };
const NOT_APPLICABLE: StepResult = { state: undefined, effects: NO_EFFECTS, due: undefined };

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

function stepOnce(input: StepInput): StepResult {
  const { rule, view, at, signal, state } = input;
  if (signal.type === "retired") return endAll(state?.alert, signal.by, at);
  if (state?.alert === undefined && !rule.hasNeeds(view)) return NOT_APPLICABLE;
  const before = prepare(input);
  const lateAfter = lateAfterOf(input);
  const memory = new OverlayMemory(before.memory, state !== undefined && !isUpToDate(state, input));
  const params = input.params ?? rule.rule.params;
  const look: Look = { signal, view, at, late: isLate(input, lateAfter), lateAfter, params, memory };
  const { alert: openBefore, unjudged: unjudgedBefore } = before;
  const episodeOf = openBefore === undefined ? NO_EPISODE : { isOpen: true, isUnjudged: unjudgedBefore === true };
  const levels = (input.params && rule.levelsBy?.(input.params)) ?? rule.levels;
  const steps = levels.map((level) => stepLevel(level, before.levels[level.severity], look, episodeOf));
  const episode = before.alert === undefined ? open(input, steps, look) : carryOn(input, before, steps, look);
  let due = episode.due;
  for (const step of steps) due = sooner(due, step.due);
  const heard = heardWith(input, before.heard);
  const lastOpening = openingKept(before, episode, at);
  const values = memory.values();
  if (isUnchanged(input, { steps, episode, heard, lastOpening, values })) {
    return { state, effects: episode.effects, due };
  }
  const { alert, lowerSince, doubtfulSince, toldSeenAt, unjudged } = episode;
  const after: RuleState = {
    version: rule.version,
    ...(input.numbers !== undefined && { numbers: input.numbers }),
    levels: episode.abandoned ? {} : statesOf(steps),
    memory: values,
    ...(alert && { alert }),
    ...(lowerSince !== undefined && { lowerSince }),
    ...(doubtfulSince !== undefined && { doubtfulSince }),
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
  if (episode.doubtfulSince !== state.doubtfulSince) return false;
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
