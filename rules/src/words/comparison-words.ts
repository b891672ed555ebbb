import type { PointValue, Quantity } from "@linli/model";
import type { Voice } from "./voice.ts";

/** The part of a condition that compares; exactly one of these is given. */
interface Comparison {
  readonly above?: Quantity | undefined;
  readonly below?: Quantity | undefined;
  readonly atLeast?: Quantity | undefined;
  readonly atMost?: Quantity | undefined;
  readonly outside?: readonly [Quantity, Quantity] | undefined;
  readonly equals?: PointValue | undefined;
  readonly oneOf?: readonly PointValue[] | undefined;
  readonly includes?: readonly string[] | undefined;
}

/** `above 8 °C [limit]`, `is Inspection or Out of service`. */
export function comparisonInWords(comparison: Comparison, point: string, voice: Voice): string {
  const { above, below, atLeast, atMost, outside, equals, oneOf, includes } = comparison;
  const number = (quantity: Quantity) => voice.quantity(quantity, point);
  if (above !== undefined) return voice.say(`高于 ${number(above)}`, `above ${number(above)}`);
  if (below !== undefined) return voice.say(`低于 ${number(below)}`, `below ${number(below)}`);
  if (atLeast !== undefined) return voice.say(`不低于 ${number(atLeast)}`, `at least ${number(atLeast)}`);
  if (atMost !== undefined) return voice.say(`不高于 ${number(atMost)}`, `at most ${number(atMost)}`);
  if (outside !== undefined) {
    const [low, high] = outside.map(number);
    return voice.say(`在 ${low} 至 ${high} 以外`, `outside ${low} to ${high}`);
  }
  const members = (oneOf ?? includes ?? (equals === undefined ? [] : [equals])).map((value) =>
    voice.member(value, point),
  );
  const list = members.join(voice.say("、", " or "));
  if (includes !== undefined) return voice.say(`含“${list}”`, `with ${list}`);
  return voice.say(`为“${list}”`, `is ${list}`);
}
