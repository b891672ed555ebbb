import { type Comparison, comparer } from "./comparison.ts";
import type { Answer, ConditionNode, Look } from "./node.ts";
import { followPoint, isNumber, type Sample, stretches } from "./samples.ts";

export interface WindowCondition extends Comparison {
  readonly point: string;
  readonly over: number;
}

/** ΔH/R of the usual 83.144 kJ/mol, in kelvin. */
const ACTIVATION_K = 10_000;
const ZERO_CELSIUS_K = 273.15;

type Summarise = (samples: readonly Sample[], windowMs: number) => number;

function weighted(samples: readonly Sample[], windowMs: number, of: (value: number) => number): number {
  let sum = 0;
  let time = 0;
  for (const { value, ms } of stretches(samples, windowMs)) {
    sum += of(value) * ms;
    time += ms;
  }
  return sum / time;
}

function inside(samples: readonly Sample[], windowMs: number): number[] {
  const start = (samples.at(-1)?.[0] ?? 0) - windowMs;
  return samples.filter(([at]) => at >= start).map(([, value]) => value);
}

const SUMMARIES: Readonly<Record<"mean" | "min" | "max" | "kinetic", Summarise>> = {
  mean: (samples, windowMs) => weighted(samples, windowMs, (value) => value),
  min: (samples, windowMs) => Math.min(...inside(samples, windowMs)),
  max: (samples, windowMs) => Math.max(...inside(samples, windowMs)),
  kinetic: (samples, windowMs) => {
    const mean = weighted(samples, windowMs, (celsius) => Math.exp(-ACTIVATION_K / (celsius + ZERO_CELSIUS_K)));
    return ACTIVATION_K / -Math.log(mean) - ZERO_CELSIUS_K;
  },
};

function observed(samples: readonly Sample[], windowMs: number): number {
  return stretches(samples, windowMs).reduce((sum, { ms }) => sum + ms, 0);
}

/**
 * A mean, minimum, maximum or mean kinetic temperature over the observed time of a moving window. Unknown while less
 * than half of the window was observed.
 */
export function windowNode(
  { point, over, ...comparison }: WindowCondition,
  fn: keyof typeof SUMMARIES,
  place: string,
): ConditionNode {
  return {
    reads: { points: [point], events: [], connection: false },
    answer(look: Look): Answer {
      const samples = followPoint(look, { point, place, windowMs: over }, isNumber);
      const at = samples.at(-1)?.[0] ?? null;
      if (observed(samples, over) < over / 2) return { truth: undefined, facts: [] };
      const { asked, holds } = comparer(comparison, look.params);
      const value = SUMMARIES[fn](samples, over);
      const what = `${fn} of ${point} over ${over / 60_000} min`;
      return { truth: holds(value), facts: [{ what, value, asked, observedAt: at }] };
    },
  };
}
