import type { DeviceView } from "../signal.ts";
import { not, type Truth } from "../truth.ts";
import { type Answer, type ConditionNode, type Ground, type Look, NO_GROUND, readsOf, sooner } from "./node.ts";

function earliest(answers: readonly Answer[]): number | undefined {
  let due: number | undefined;
  for (const answer of answers) due = sooner(due, answer.due);
  return due;
}

function stirring(answers: readonly Answer[]): number | undefined {
  let moment: number | undefined;
  for (const { stirs, due } of answers) moment = sooner(moment, stirs?.() ?? due);
  return moment;
}

/** While one of these decides alone, nothing changes before the last of them does. */
function whenAllHaveMoved(answers: readonly Answer[], deciding: boolean): number | undefined {
  let latest = 0;
  for (const { truth, due } of answers) {
    if (truth !== deciding) continue;
    if (due === undefined) return undefined;
    latest = Math.max(latest, due);
  }
  return latest;
}

function observedBy(answers: readonly Answer[]): number | undefined {
  let moment: number | undefined;
  for (const { observedAt } of answers) moment = sooner(moment, observedAt);
  return moment;
}

function changedBy(answers: readonly Answer[]): number | undefined {
  let moment: number | undefined;
  for (const { changedAt } of answers) {
    if (changedAt !== undefined && (moment === undefined || changedAt > moment)) moment = changedAt;
  }
  return moment;
}

function grounds(answers: readonly Answer[], view: DeviceView): readonly Ground[] {
  return answers.map(({ ground }) => ground?.(view) ?? NO_GROUND);
}

/** All have to last; while the device is silent nothing of it is measured again. */
function groundOfAll(answers: readonly Answer[], view: DeviceView): Ground {
  const all = grounds(answers, view);
  return all.includes("silence") ? "silence" : all.flat();
}

/** Each would do alone: what stands until something says otherwise needs no confirmation by what another one measures. */
function groundOfOne(answers: readonly Answer[], view: DeviceView): Ground {
  const all = grounds(answers, view);
  return all.find((one) => one === "silence" || one.length === 0) ?? all.flat();
}

function unknownBecause(answers: readonly Answer[]): Answer["unknown"] {
  const unknown = answers.filter(({ truth }) => truth === undefined);
  if (unknown.some((answer) => answer.unknown === "never-reported")) return "never-reported";
  return unknown.every((answer) => answer.unknown === "not-yet") ? "not-yet" : undefined;
}

function conjunction(answers: readonly Answer[]): Truth {
  let truth: Truth = true;
  for (const answer of answers) {
    if (answer.truth === false) return false;
    if (answer.truth === undefined) truth = undefined;
  }
  return truth;
}

/**
 * Every one of them, at the same moment: a command seen now and a reading from before it prove nothing, so it is true
 * only when each input was observed after the last change of any of them. Until then nobody can say.
 */
export function everyOf(answers: readonly Answer[]): Answer {
  const truth = conjunction(answers);
  const observedAt = observedBy(answers);
  const changedAt = changedBy(answers);
  const apart = truth === true && observedAt !== undefined && changedAt !== undefined && observedAt < changedAt;
  return {
    truth: apart ? undefined : truth,
    unknown: apart ? "not-yet" : truth === undefined ? unknownBecause(answers) : undefined,
    facts: () => answers.flatMap((answer) => answer.facts()),
    due: truth === false ? whenAllHaveMoved(answers, false) : earliest(answers),
    stirs: () => stirring(answers),
    observedAt,
    changedAt,
    ground: (view) =>
      truth === false
        ? groundOfOne(
            answers.filter((answer) => answer.truth === false),
            view,
          )
        : groundOfAll(answers, view),
  };
}

/** At least one; what the device never reported is no branch of it there. */
export function someOf(answers: readonly Answer[]): Answer {
  const applicable = answers.filter(({ unknown }) => unknown !== "never-reported");
  const isTrue = applicable.some(({ truth }) => truth === true);
  const truth = isTrue
    ? true
    : applicable.length > 0 && applicable.every((answer) => answer.truth === false)
      ? false
      : undefined;
  const about = isTrue ? applicable.filter((answer) => answer.truth === true) : applicable;
  return {
    truth,
    unknown: truth !== undefined ? undefined : applicable.length === 0 ? "never-reported" : unknownBecause(applicable),
    facts: () => about.flatMap((answer) => answer.facts()),
    due: isTrue ? whenAllHaveMoved(answers, true) : earliest(answers),
    stirs: () => stirring(answers),
    observedAt: observedBy(about),
    changedAt: changedBy(about),
    ground: (view) => (isTrue ? groundOfOne(about, view) : groundOfAll(about, view)),
  };
}

export function allNode(nodes: readonly ConditionNode[]): ConditionNode {
  // all are asked, whatever the first one says: each keeps its memory
  return { reads: readsOf(nodes), answer: (look: Look) => everyOf(nodes.map((node) => node.answer(look))) };
}

export function anyNode(nodes: readonly ConditionNode[]): ConditionNode {
  return { reads: readsOf(nodes), answer: (look: Look) => someOf(nodes.map((node) => node.answer(look))) };
}

export function notNode(node: ConditionNode): ConditionNode {
  return {
    reads: node.reads,
    answer(look: Look): Answer {
      const answer = node.answer(look);
      return { ...answer, truth: not(answer.truth) };
    },
  };
}
