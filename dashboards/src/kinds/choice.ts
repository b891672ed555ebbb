import type { DeviceKind } from "@linli/model";
import { isIndexed } from "../influxql/columns.ts";
import { CHOSEN } from "./chosen.ts";

/** What of a kind stands on its board, by the names that the kind declares. */
export interface Choice {
  /** The number that it reports most steadily: whoever tells it is there. */
  readonly leading: string;
  /** Columns of the table of latest values. */
  readonly latest: readonly string[];
  /** Members of an enum, truth values, texts: lanes over time. */
  readonly states: readonly string[];
  /** Numbers over time. */
  readonly trends: readonly string[];
  /** Devices by their worst value. */
  readonly rankings: readonly (readonly [point: string, end: "max" | "min"])[];
  /** Counters. */
  readonly increases: readonly string[];
  /** Truth values that are bad news. */
  readonly flags: readonly string[];
  /** Numbers whose course over months matters. */
  readonly long: readonly string[];
  /** One line for each device at first, or for each building or compound where there are very many. */
  readonly per: "device" | "building" | "compound";
}

/** A decent board for a kind of which nothing is known but its declaration: the first points are the important ones. */
function defaultChoice(kind: DeviceKind): Choice {
  const points = Object.entries(kind.points).filter(([name]) => !isIndexed(name));
  const named = (is: (point: (typeof points)[number][1]) => boolean, most: number) =>
    points.flatMap(([name, point]) => (is(point) ? [name] : [])).slice(0, most);
  const numbers = named(({ type, counter }) => (type === "number" || type === "integer") && !counter, 6);
  const increases = named(({ counter }) => counter === true, 3);
  const steady = points
    .filter(([, { type, cadence }]) => (type === "number" || type === "integer") && cadence !== undefined)
    .toSorted(([, a], [, b]) => (a.cadence ?? 0) - (b.cadence ?? 0));
  return {
    leading: steady[0]?.[0] ?? numbers[0] ?? increases[0] ?? points[0]?.[0] ?? "uptime",
    latest: points.slice(0, 8).map(([name]) => name),
    states: named(({ type }) => type === "enum", 4),
    trends: numbers,
    rankings: numbers.slice(0, 3).map((name) => [name, "max"] as const),
    increases,
    flags: named(({ type }) => type === "boolean", 8),
    long: numbers.slice(0, 2),
    per: "device",
  };
}

export function choiceOf(kind: DeviceKind): Choice {
  return { ...defaultChoice(kind), ...CHOSEN[kind.id] };
}
