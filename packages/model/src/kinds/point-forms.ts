import type { Point } from "../point.ts";
import type { Bilingual } from "../text.ts";
import type { UnitCode } from "../units.ts";

/** zh-CN, then English. */
export type Label = readonly [zh: string, en: string];
type More = Partial<Omit<Point, "type" | "unit" | "range" | "values" | "label">>;
type Range = [low: number, high: number];

/** Device clocks of this product's world: a time point outside was sent in seconds or by a clock that was never set. */
const PLAUSIBLE_TIMES: Range = [Date.UTC(1990, 0), Date.UTC(2100, 0)];
/** No counter of a facility passes this; a larger number, or a negative one, is a broken register. */
const COUNTER_RANGE: Range = [0, 1e12];

export function bilingual([zh, en]: Label): Bilingual {
  return { zh, en };
}

/** A measured quantity; `range` is what the sensor can physically say. */
export function measure(unit: UnitCode, range: Range, label: Label, more: More = {}): Point {
  return { type: "number", unit, range, label: bilingual(label), ...more };
}

/** A measured quantity that is always whole. */
export function whole(unit: UnitCode, range: Range, label: Label, more: More = {}): Point {
  return { ...measure(unit, range, label, more), type: "integer" };
}

/** Grows only, save for a reset: whole when it counts things (unit `1`). */
export function counter(unit: UnitCode, label: Label, more: More = {}): Point {
  return { ...measure(unit, COUNTER_RANGE, label, more), type: unit === "1" ? "integer" : "number", counter: true };
}

export function flag(label: Label, more: More = {}): Point {
  return { type: "boolean", label: bilingual(label), ...more };
}

/** One of the members, each with its label, in the source's order. */
export function choice(members: Readonly<Record<string, Label>>, label: Label, more: More = {}): Point {
  const valueLabels = Object.fromEntries(Object.entries(members).map(([name, text]) => [name, bilingual(text)]));
  return { type: "enum", values: Object.keys(members), valueLabels, label: bilingual(label), ...more };
}

export function text(label: Label, more: More = {}): Point {
  return { type: "string", label: bilingual(label), ...more };
}

export function moment(label: Label, more: More = {}): Point {
  return { type: "time", range: PLAUSIBLE_TIMES, label: bilingual(label), ...more };
}

/** Codes that are active now; free, or out of `members`. */
export function codes(label: Label, members?: readonly string[], more: More = {}): Point {
  return { type: "list", ...(members && { values: [...members] }), label: bilingual(label), ...more };
}
