import type { PointValue } from "@linli/model";
import { type Params, resolve } from "./quantity.ts";

type Quantity = number | string;

/** The part of a condition that compares; exactly one of these is given. */
export interface Comparison {
  readonly above?: Quantity | undefined;
  readonly below?: Quantity | undefined;
  readonly atLeast?: Quantity | undefined;
  readonly atMost?: Quantity | undefined;
  readonly outside?: readonly [Quantity, Quantity] | undefined;
  readonly equals?: PointValue | undefined;
  readonly oneOf?: readonly PointValue[] | undefined;
  readonly includes?: readonly string[] | undefined;
}

/** A comparison with its numbers filled in. */
export interface Comparer {
  /** As a person reads it: `above 8`. */
  readonly asked: string;
  readonly holds: (value: PointValue) => boolean;
}

function numeric(asked: string, holds: (value: number) => boolean): Comparer {
  return { asked, holds: (value) => holds(Number(value)) };
}

/** `slack` loosens the limit: what was true once stays so until it is back by that much. */
export function comparer(comparison: Comparison, params: Params, slack = 0): Comparer {
  const { above, below, atLeast, atMost, outside, equals, oneOf, includes } = comparison;
  if (above !== undefined) {
    const limit = resolve(above, params);
    return numeric(`above ${limit}`, (value) => value > limit - slack);
  }
  if (atLeast !== undefined) {
    const limit = resolve(atLeast, params);
    return numeric(`at least ${limit}`, (value) => value >= limit - slack);
  }
  if (below !== undefined) {
    const limit = resolve(below, params);
    return numeric(`below ${limit}`, (value) => value < limit + slack);
  }
  if (atMost !== undefined) {
    const limit = resolve(atMost, params);
    return numeric(`at most ${limit}`, (value) => value <= limit + slack);
  }
  if (outside !== undefined) {
    const [low, high] = outside.map((limit) => resolve(limit, params)) as [number, number];
    return numeric(`outside ${low} to ${high}`, (value) => value < low + slack || value > high - slack);
  }
  if (equals !== undefined) return { asked: String(equals), holds: (value) => value === equals };
  if (oneOf !== undefined) {
    const members = new Set(oneOf);
    return { asked: `one of ${oneOf.join(", ")}`, holds: (value) => members.has(value) };
  }
  const wanted = includes ?? [];
  return {
    asked: wanted.length === 1 ? `with ${wanted[0]}` : `with one of ${wanted.join(", ")}`,
    // a list is stored as one text, its members joined by ","
    holds: (value) =>
      String(value)
        .split(",")
        .some((member) => wanted.includes(member)),
  };
}
