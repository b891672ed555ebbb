import type { PointValue } from "@linli/model";
import type { RuleTestInput } from "./test-file.ts";

/** One thing that happens, offsets from the start in ms. */
export interface Happening {
  readonly at: number;
  readonly observed: number;
  readonly what: RuleTestInput;
  /** Its values, with series filled in. */
  readonly values: Readonly<Record<string, PointValue>>;
}

const SERIES = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)$/;

function valueAt(value: PointValue, share: number): PointValue {
  const match = typeof value === "string" ? SERIES.exec(value) : null;
  if (match === null) return value;
  const [from, to] = [Number(match[1]), Number(match[2])];
  return from + (to - from) * share;
}

function one(what: RuleTestInput, at: number, { first, share }: { first: number; share: number }): Happening {
  const filled = Object.entries(what.reading ?? {}).map(([name, value]) => [name, valueAt(value, share)] as const);
  const observed = what.observed === undefined ? at : what.observed + (at - first);
  return { at, observed, what, values: Object.fromEntries(filled) };
}

/** All that happens, in order; what the file names first comes first of what happens at once. */
export function happeningsOf(inputs: readonly RuleTestInput[]): readonly Happening[] {
  const all = inputs.flatMap((input): Happening[] => {
    if ("at" in input) return [one(input, input.at, { first: input.at, share: 0 })];
    const { from, to, every } = input;
    const steps = Math.floor((to - from) / every);
    return Array.from({ length: steps + 1 }, (_, step) =>
      one(input, from + step * every, { first: from, share: to === from ? 0 : (step * every) / (to - from) }),
    );
  });
  return all.toSorted((a, b) => a.at - b.at);
}
