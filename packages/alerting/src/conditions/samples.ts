import type { PointValue } from "@linli/model";
import type { Look } from "./node.ts";
import { pointPattern } from "./points.ts";

/** A measurement: when it was observed, and what. */
export type Sample<Value = number> = readonly [at: number, value: Value];

/** More than a reading every 20 s for a day; the oldest go first. */
const MOST_SAMPLES = 5_000;
/** Between two observations further apart than this nobody knows what was. */
export const LONGEST_GAP_MS = 1_800_000;

/**
 * Puts a measurement in its place by observed time. The first one of a moment counts, whatever comes for it later, and
 * none is taken that a window ending at `end` does not see; one from before the window stays, to say what it began with.
 */
export function insertSample<Value>(
  samples: readonly Sample<Value>[],
  sample: Sample<Value>,
  windowMs: number,
): readonly Sample<Value>[] {
  const end = Math.max(samples.at(-1)?.[0] ?? 0, sample[0]);
  const start = end - windowMs;
  let place = samples.length;
  while (place > 0 && (samples[place - 1]?.[0] ?? 0) > sample[0]) place--;
  if (samples[place - 1]?.[0] === sample[0]) return samples;
  const all = [...samples.slice(0, place), sample, ...samples.slice(place)];
  const firstInside = all.findIndex(([at]) => at > start);
  const from = Math.max(firstInside - 1, all.length - MOST_SAMPLES, 0);
  return from === 0 ? all : all.slice(from);
}

/** The stretches between neighbours that are known: how long the first one's value held inside the window. */
export function* stretches<Value>(
  samples: readonly Sample<Value>[],
  windowMs: number,
): Generator<{ readonly value: Value; readonly ms: number }> {
  const end = samples.at(-1)?.[0] ?? 0;
  const start = end - windowMs;
  for (let index = 0; index + 1 < samples.length; index++) {
    const [at, value] = samples[index] as Sample<Value>;
    const next = (samples[index + 1] as Sample<Value>)[0];
    if (next - at > LONGEST_GAP_MS) continue;
    const ms = next - Math.max(at, start);
    if (ms > 0) yield { value, ms };
  }
}

/** The samples of a point, this signal's included; late ones too, history has its place. */
export function followPoint<Value extends PointValue>(
  { signal, memory }: Look,
  { point, place, windowMs }: { readonly point: string; readonly place: string; readonly windowMs: number },
  isValue: (value: PointValue) => value is Value,
): readonly Sample<Value>[] {
  const before = (memory.get(place) as readonly Sample<Value>[] | undefined) ?? [];
  if (signal.type !== "reading" || !pointPattern(point)(signal.reading.point)) return before;
  const { quality, observedAt, value } = signal.reading;
  if ((quality !== "good" && quality !== "unknown") || !isValue(value)) return before;
  const after = insertSample(before, [observedAt, value], windowMs);
  memory.set(place, after);
  return after;
}

export function isNumber(value: PointValue): value is number {
  return typeof value === "number";
}
