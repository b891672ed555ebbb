import type { PointValue } from "@linli/model";
import type { Answer, ConditionNode, Look } from "./node.ts";
import { pointPattern } from "./points.ts";

/** The same value in every reading for so long, by observed time; needs a reading at each end of it. */
export function stuckNode({ point, longerThan }: { point: string; longerThan: number }): ConditionNode {
  const matches = pointPattern(point);
  return {
    reads: { points: [point], events: [], connection: false },
    answer({ view }: Look): Answer {
      const points = [...view.pointNames()].filter(matches).map((name) => ({ name, point: view.point(name) }));
      const known = points.flatMap(({ name, point: found }) => (found ? [{ name, ...found }] : []));
      if (known.length === 0) return { truth: undefined, facts: [] };
      const stuck = known.filter(({ observedAt, changedAt }) => observedAt - changedAt >= longerThan);
      const facts = (stuck.length > 0 ? stuck : known).map(({ name, value, observedAt }) => ({
        what: name,
        value: value as PointValue,
        asked: `unchanged for ${longerThan / 3_600_000} h`,
        observedAt,
      }));
      return { truth: stuck.length > 0, facts };
    },
  };
}
