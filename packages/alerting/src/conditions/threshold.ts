import type { Quantity } from "@linli/model";
import { fingerprint } from "../fingerprint.ts";
import { type Comparison, comparer } from "./comparison.ts";
import { type Answer, type ConditionNode, type Look, NEVER_REPORTED, readsPoint, SILENT } from "./node.ts";
import { heldUntil, isLastWord, isPast, isUsable, measuredOf } from "./points.ts";
import { resolve } from "./quantity.ts";

export interface Threshold extends Comparison {
  readonly point: string;
  readonly deadband?: Quantity | undefined;
  /** What it said last counts, though it has fallen silent since. */
  readonly lastKnown?: true | undefined;
}

/** The newest value against a limit or members. Once true it stays true until it is back by the dead-band. */
export function thresholdNode(threshold: Threshold): ConditionNode {
  const { point: name, deadband, lastKnown = false } = threshold;
  const { asked, holds } = comparer(threshold);
  const ground = measuredOf([name]);
  const place = `band:${fingerprint(threshold)}`;
  return {
    reads: readsPoint(name),
    answer(look: Look): Answer {
      const { view, params, memory } = look;
      const point = view.point(name);
      if (point === undefined) return NEVER_REPORTED;
      if (!isUsable(point) && !(lastKnown && isLastWord(view, name, point))) return SILENT;
      const slack = deadband !== undefined && memory.get(place) === true ? resolve(deadband, params) : 0;
      const holding = holds(point.value, params, slack);
      const past = holding && isPast(look, name, point);
      if (deadband !== undefined && !past) memory.set(place, holding ? true : undefined);
      const { value, observedAt, changedAt } = point;
      return {
        truth: past ? undefined : holding,
        unknown: past ? "not-yet" : undefined,
        facts: () => [{ what: name, value, asked: asked(params), observedAt }],
        due: undefined,
        observedAt: heldUntil(view, name, point),
        changedAt,
        ground,
      };
    },
  };
}
