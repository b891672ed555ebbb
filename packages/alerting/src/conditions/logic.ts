import { allOf, anyOf, not } from "../truth.ts";
import { type Answer, type ConditionNode, type Look, readsOf, sooner } from "./node.ts";

function soonest(answers: readonly Answer[]): { due?: number } {
  const due = answers.map((answer) => answer.due).reduce(sooner, undefined);
  return due === undefined ? {} : { due };
}

function extreme(
  answers: readonly Answer[],
  of: "observedAt" | "changedAt",
  pick: typeof Math.min,
): number | undefined {
  const moments = answers.map((answer) => answer[of]).filter((moment) => moment !== undefined);
  return moments.length === 0 ? undefined : pick(...moments);
}

function together(answers: readonly Answer[]): Pick<Answer, "observedAt" | "changedAt"> {
  const observedAt = extreme(answers, "observedAt", Math.min);
  const changedAt = extreme(answers, "changedAt", Math.max);
  return observedAt === undefined || changedAt === undefined ? {} : { observedAt, changedAt };
}

/**
 * Every one of them, at the same moment: a command seen now and a reading from before it prove nothing, so it is true
 * only when each input was observed after the last change of any of them. Until then it is false, not unknown.
 */
export function allNode(nodes: readonly ConditionNode[]): ConditionNode {
  return {
    reads: readsOf(nodes),
    answer(look: Look): Answer {
      // all are asked, whatever the first one says: each keeps its memory
      const answers = nodes.map((node) => node.answer(look));
      const moments = together(answers);
      const { observedAt, changedAt } = moments;
      const apart = observedAt !== undefined && changedAt !== undefined && observedAt < changedAt;
      const truth = allOf(answers.map((answer) => answer.truth));
      const facts = answers.flatMap((answer) => answer.facts);
      return { truth: truth === true && apart ? false : truth, facts, ...moments, ...soonest(answers) };
    },
  };
}

export function anyNode(nodes: readonly ConditionNode[]): ConditionNode {
  return {
    reads: readsOf(nodes),
    answer(look: Look): Answer {
      const answers = nodes.map((node) => node.answer(look));
      const truth = anyOf(answers.map((answer) => answer.truth));
      const about = truth === true ? answers.filter((answer) => answer.truth === true) : answers;
      return { truth, facts: about.flatMap((answer) => answer.facts), ...together(about), ...soonest(answers) };
    },
  };
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
