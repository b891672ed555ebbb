import { type Answer, type ConditionNode, type Look, NEVER_REPORTED, readsPoint, SILENT } from "./node.ts";
import { isUsable, measuredOf } from "./points.ts";

/** The same value in every reading for so long, by observed time; needs a reading at each end of it. */
export function stuckNode({ point: name, longerThan }: { point: string; longerThan: number }): ConditionNode {
  const ground = measuredOf([name]);
  return {
    reads: readsPoint(name),
    answer({ view }: Look): Answer {
      const point = view.point(name);
      if (point === undefined) return NEVER_REPORTED;
      if (!isUsable(point)) return SILENT;
      const { value, observedAt, changedAt } = point;
      return {
        truth: observedAt - changedAt >= longerThan,
        facts: () => [{ what: name, value, asked: `unchanged for ${longerThan / 3_600_000} h`, observedAt }],
        ground,
      };
    },
  };
}
