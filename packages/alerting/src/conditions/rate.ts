import { type Comparison, comparer } from "./comparison.ts";
import type { Answer, ConditionNode, Look } from "./node.ts";
import { followPoint, isNumber } from "./samples.ts";

export interface Rate extends Comparison {
  readonly point: string;
  /** The unit of time of the limit, ms. */
  readonly per: number;
  /** From the oldest to the newest reading within so long, ms. */
  readonly over: number;
}

/** How fast a point grew (or, negative, fell) between the oldest and the newest reading of a window. */
export function rateNode({ point, per, over, ...comparison }: Rate, place: string): ConditionNode {
  return {
    reads: { points: [point], events: [], connection: false },
    answer(look: Look): Answer {
      const samples = followPoint(look, { point, place, windowMs: over }, isNumber);
      const newest = samples.at(-1);
      const oldest = samples.find(([at]) => newest !== undefined && at >= newest[0] - over);
      // two readings close together say more of the sensor's noise than of a trend
      if (newest === undefined || oldest === undefined || newest[0] - oldest[0] < over / 2) {
        return { truth: undefined, facts: [] };
      }
      const value = ((newest[1] - oldest[1]) / (newest[0] - oldest[0])) * per;
      const { asked, holds } = comparer(comparison, look.params);
      const what = `change of ${point} per ${per / 60_000} min`;
      return { truth: holds(value), facts: [{ what, value, asked, observedAt: newest[0] }] };
    },
  };
}
