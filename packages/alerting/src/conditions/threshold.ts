import type { AlertFact } from "@linli/model";
import { type Comparison, comparer } from "./comparison.ts";
import type { Answer, ConditionNode, Look } from "./node.ts";
import { type NamedPoint, pointPattern, pointsOf } from "./points.ts";
import { resolve } from "./quantity.ts";

export interface Threshold extends Comparison {
  readonly point: string;
  readonly deadband?: number | string | undefined;
}

function factOf(point: NamedPoint, asked: string): AlertFact {
  return { what: point.name, value: point.value, asked, observedAt: point.observedAt };
}

/**
 * The newest value against a limit or members; with a pattern, that of any point that matches. Once true it stays true
 * until it is back by the dead-band.
 */
export function thresholdNode(threshold: Threshold, place: string): ConditionNode {
  const matches = pointPattern(threshold.point);
  return {
    reads: { points: [threshold.point], events: [], connection: false },
    answer({ view, params, memory }: Look): Answer {
      const { usable, unusable } = pointsOf(view, threshold.point, matches);
      if (usable.length === 0) return { truth: undefined, facts: [] };
      const wasTrue = memory.get(place) === true;
      const slack = wasTrue && threshold.deadband !== undefined ? resolve(threshold.deadband, params) : 0;
      const { asked, holds } = comparer(threshold, params, slack);
      const holding = usable.filter(({ value }) => holds(value));
      const truth = holding.length > 0 ? true : unusable ? undefined : false;
      if (threshold.deadband !== undefined) memory.set(place, truth === true ? true : undefined);
      const about = holding.length > 0 ? holding : usable;
      return {
        truth,
        facts: about.map((point) => factOf(point, asked)),
        observedAt: Math.min(...about.map(({ heldUntil }) => heldUntil)),
        changedAt: Math.max(...about.map(({ changedAt }) => changedAt)),
      };
    },
  };
}
