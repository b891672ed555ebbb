import { fingerprint } from "../fingerprint.ts";
import { type Comparison, comparer } from "./comparison.ts";
import { type Answer, type ConditionNode, type Look, NEVER_REPORTED, readsPoint, SILENT } from "./node.ts";
import { measuredOf } from "./points.ts";
import { eachStretch, followPoint, type Observation, type Samples } from "./samples.ts";

export interface WindowCondition extends Comparison {
  readonly point: string;
  readonly over: number;
}

export type WindowFunction = "mean" | "min" | "max" | "kinetic";

/** ΔH/R of the usual 83.144 kJ/mol, in kelvin. */
const ACTIVATION_K = 10_000;
const ZERO_CELSIUS_K = 273.15;

function weighted(samples: Samples, observation: Observation, of: (value: number) => number): number {
  let sum = 0;
  let time = 0;
  eachStretch(samples, observation, (value, ms) => {
    sum += of(value) * ms;
    time += ms;
  });
  return sum / time;
}

function extreme(samples: Samples, windowMs: number, pick: (a: number, b: number) => number): number {
  const start = (samples.at(-2) ?? 0) - windowMs;
  let found: number | undefined;
  for (let index = 0; index < samples.length; index += 2) {
    if ((samples[index] as number) < start) continue;
    const value = samples[index + 1] as number;
    found = found === undefined ? value : pick(found, value);
  }
  return found ?? Number.NaN;
}

function summarise(fn: WindowFunction, samples: Samples, observation: Observation): number {
  if (fn === "mean") return weighted(samples, observation, (value) => value);
  if (fn !== "kinetic") return extreme(samples, observation.windowMs, fn === "min" ? Math.min : Math.max);
  const mean = weighted(samples, observation, (celsius) => Math.exp(-ACTIVATION_K / (celsius + ZERO_CELSIUS_K)));
  return ACTIVATION_K / -Math.log(mean) - ZERO_CELSIUS_K;
}

/**
 * A mean, minimum, maximum or mean kinetic temperature over the observed time of a moving window. Unknown while less
 * than half of the window was observed.
 */
export function windowNode(condition: WindowCondition, fn: WindowFunction, cadenceMs: number): ConditionNode {
  const { point, over } = condition;
  const observation = { windowMs: over, cadenceMs };
  const { asked, holds } = comparer(condition);
  const ground = measuredOf([point]);
  const keep = fn === "min" || fn === "max" ? fn : "first";
  const place = `samples:${keep}:${over}:${fingerprint(point)}`;
  return {
    reads: readsPoint(point),
    answer(look: Look): Answer {
      const { samples, speaks } = followPoint(look, { point, place, windowMs: over, keep });
      if (!speaks) return samples.length === 0 ? NEVER_REPORTED : SILENT;
      let observed = 0;
      eachStretch(samples, observation, (_, ms) => {
        observed += ms;
      });
      if (observed < over / 2) return SILENT;
      const value = summarise(fn, samples, observation);
      const what = `${fn} of ${point} over ${over / 60_000} min`;
      return {
        truth: holds(value, look.params, 0),
        facts: () => [{ what, value, asked: asked(look.params), observedAt: samples.at(-2) ?? null }],
        ground,
      };
    },
  };
}
