import type { PointValue, Quantity } from "@linli/model";
import { type Params, resolve } from "./quantity.ts";

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

/** A comparison, ready to be asked; its numbers may be the device's own. */
export interface Comparer {
  /** As a person reads it: `above 8`. */
  readonly asked: (params: Params) => string;
  /** `slack` loosens the limit: what was true once stays so until it is back by that much. */
  readonly holds: (value: PointValue, params: Params, slack: number) => boolean;
}

function against(
  word: string,
  limit: Quantity,
  holds: (value: number, limit: number, slack: number) => boolean,
): Comparer {
  return {
    asked: (params) => `${word} ${resolve(limit, params)}`,
    holds: (value, params, slack) => holds(Number(value), resolve(limit, params), slack),
  };
}

function memberOf(members: ReadonlySet<PointValue>, asked: string): Comparer {
  return { asked: () => asked, holds: (value) => members.has(value) };
}

/** A list is stored as one text, its members joined by ",". */
export function listOf(value: PointValue): string[] {
  return value === "" ? [] : String(value).split(",");
}

export function comparer({ above, below, atLeast, atMost, outside, equals, oneOf, includes }: Comparison): Comparer {
  if (above !== undefined) return against("above", above, (value, limit, slack) => value > limit - slack);
  if (atLeast !== undefined) return against("at least", atLeast, (value, limit, slack) => value >= limit - slack);
  if (below !== undefined) return against("below", below, (value, limit, slack) => value < limit + slack);
  if (atMost !== undefined) return against("at most", atMost, (value, limit, slack) => value <= limit + slack);
  if (outside !== undefined) {
    const [low, high] = outside;
    return {
      asked: (params) => `outside ${resolve(low, params)} to ${resolve(high, params)}`,
      holds: (value, params, slack) =>
        Number(value) < resolve(low, params) + slack || Number(value) > resolve(high, params) - slack,
    };
  }
  if (equals !== undefined) return memberOf(new Set([equals]), String(equals));
  if (oneOf !== undefined) return memberOf(new Set(oneOf), `one of ${oneOf.join(", ")}`);
  const wanted = includes ?? [];
  return {
    asked: () => (wanted.length === 1 ? `with ${wanted[0]}` : `with one of ${wanted.join(", ")}`),
    holds: (value) => listOf(value).some((member) => wanted.includes(member)),
  };
}
