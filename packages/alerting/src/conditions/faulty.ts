import { type Answer, type ConditionNode, type Look, NEVER_REPORTED, readsPoint, SILENT } from "./node.ts";
import { heldUntil, isPast, isUsable, measuredOf } from "./points.ts";

/** The newest value of a point is none that it can have measured: it lies outside of the point's range. */
export function faultyNode(name: string): ConditionNode {
  const ground = measuredOf([name]);
  return {
    reads: readsPoint(name),
    answer(look: Look): Answer {
      const point = look.view.point(name);
      if (point === undefined) return NEVER_REPORTED;
      const isFaulty = point.quality === "faulty";
      if (!isFaulty && !isUsable(point)) return SILENT;
      const past = isFaulty && isPast(look, name, point);
      const { value, observedAt, changedAt } = point;
      return {
        truth: past ? undefined : isFaulty,
        unknown: past ? "not-yet" : undefined,
        facts: () => [{ what: name, value, asked: "outside of what it can measure", observedAt }],
        observedAt: heldUntil(look.view, name, point),
        changedAt,
        ground,
      };
    },
  };
}
