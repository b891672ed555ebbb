import { not, type Truth } from "../truth.ts";
import { type Answer, type ConditionNode, type Look, readsOf, sooner } from "./node.ts";

function earliest(answers: readonly Answer[]): number | undefined {
  let due: number | undefined;
  for (const answer of answers) due = sooner(due, answer.due);
  return due;
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
    observedAt,
    changedAt,
    parts: answers,
    decidedBy: false,
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
    observedAt: observedBy(about),
    changedAt: changedBy(about),
    parts: answers,
    decidedBy: true,
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
      // named one by one: a spread of so many costs more than all the rest of it
      const { truth, unknown, facts, due, observedAt, changedAt, ground, parts, decidedBy } = node.answer(look);
      return { truth: not(truth), unknown, facts, due, observedAt, changedAt, ground, parts, decidedBy };
    },
  };
}
