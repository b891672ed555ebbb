import { fingerprint } from "../fingerprint.ts";
import { type Comparison, comparer } from "./comparison.ts";
import { type Answer, type ConditionNode, type Look, NEVER_REPORTED, readsPoint, SILENT } from "./node.ts";
import { isPast, measuredOf } from "./points.ts";
import { followPoint, type Samples } from "./samples.ts";

export interface Rate extends Comparison {
  readonly point: string;
  /** The unit of time of the limit, ms. */
  readonly per: number;
  /** From the oldest to the newest reading within so long, ms. */
  readonly over: number;
}

function changePerMs(samples: Samples, over: number): number | undefined {
  const [newestAt = 0, newest = 0] = samples.slice(-2);
  let oldest = 0;
  while (oldest < samples.length && (samples[oldest] as number) < newestAt - over) oldest += 2;
  const ms = newestAt - (samples[oldest] ?? newestAt);
  // two readings close together say more of the sensor's noise than of a trend
  return ms === 0 || ms < over / 2 ? undefined : (newest - (samples[oldest + 1] as number)) / ms;
}

/** How fast a point grew (or, negative, fell) between the oldest and the newest reading of a window. */
export function rateNode(rate: Rate): ConditionNode {
  const { point, per, over } = rate;
  const { asked, holds } = comparer(rate);
  const ground = measuredOf([point]);
  const place = `samples:first:${over}:${fingerprint(point)}`;
  return {
    reads: readsPoint(point),
    answer(look: Look): Answer {
      const { samples, speaks } = followPoint(look, { point, place, windowMs: over });
      if (!speaks) return samples.length === 0 ? NEVER_REPORTED : SILENT;
      const change = changePerMs(samples, over);
      if (change === undefined) return SILENT;
      const value = change * per;
      const holding = holds(value, look.params, 0);
      // a rise that was over before anybody heard of it is not one of this moment
      const newest = look.view.point(point);
      const past = holding && (newest === undefined || isPast(look, point, newest));
      const what = `change of ${point} per ${per / 60_000} min`;
      return {
        truth: past ? undefined : holding,
        unknown: past ? "not-yet" : undefined,
        facts: () => [{ what, value, asked: asked(look.params), observedAt: samples.at(-2) ?? null }],
        ground,
      };
    },
  };
}
