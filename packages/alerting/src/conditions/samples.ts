import type { DeviceView } from "../signal.ts";
import type { Look } from "./node.ts";
import { isUsable } from "./points.ts";

/** Measurements by the time of their observation: moment, value, moment, value … Flat, for it is kept for many devices. */
export type Samples = readonly number[];

/** Which one of several measurements close together is kept. */
export type Keep = "first" | "min" | "max";

const CELLS = 144;
/** Whatever a rule asks for, no window holds more. */
const MOST_CELLS = 4_096;
/** Between two observations further apart than this nobody knows what was, unless that is their rhythm. */
const LONGEST_GAP_MS = 1_800_000;
/** One measurement may fail to come. */
const GAP_CADENCES = 2;
const NONE: Samples = [];

/** Of measurements within so many ms one is kept: what bounds the memory of any device. Ten of a day's minutes, or finer. */
export function cellMs(windowMs: number, finest = Number.POSITIVE_INFINITY): number {
  return Math.max(windowMs / MOST_CELLS, Math.min(windowMs / CELLS, finest));
}

/** Ahead of its reception by more than this, a timestamp is not believed. */
export const MAX_AHEAD_MS = 300_000;

/** How a window keeps its samples. */
interface Keeping {
  readonly windowMs: number;
  readonly keep?: Keep;
  /** ms; see `cellMs`. */
  readonly cell?: number;
}

function prefers(
  keep: Keep,
  [at, value]: readonly [number, number],
  [keptAt, kept]: readonly [number, number],
): boolean {
  if (at === keptAt) return false;
  if (keep === "first" || value === kept) return at < keptAt;
  return keep === "min" ? value < kept : value > kept;
}

/** Drops what no window that ends at the newest sees, but for one before it, which says what the window began with. */
function trim(samples: Samples, windowMs: number): Samples {
  const start = (samples.at(-2) ?? 0) - windowMs;
  let from = 0;
  while (from + 2 < samples.length && (samples[from + 2] as number) <= start) from += 2;
  return from === 0 ? samples : samples.slice(from);
}

/**
 * Puts a measurement in its place by observed time, however late it comes: the result does not depend on the order of
 * arrival, save that of two that contradict each other about one moment the first counts.
 */
export function insertSample(
  samples: Samples,
  [at, value]: readonly [at: number, value: number],
  { windowMs, keep = "first", cell: length = cellMs(windowMs) }: Keeping,
): Samples {
  let place = samples.length;
  while (place > 0 && (samples[place - 2] as number) >= at) place -= 2;
  const cell = Math.floor(at / length);
  for (const neighbour of [place, place - 2]) {
    const [keptAt, kept] = [samples[neighbour], samples[neighbour + 1]];
    if (keptAt === undefined || kept === undefined || Math.floor(keptAt / length) !== cell) continue;
    if (!prefers(keep, [at, value], [keptAt, kept])) return samples;
    return samples.slice(0, neighbour).concat([at, value], samples.slice(neighbour + 2));
  }
  // before what the window began with: it was dropped once, or would be
  if (place === 0 && samples.length > 0 && (samples[0] as number) <= (samples.at(-2) as number) - windowMs)
    return samples;
  // concat: as long as it has to be, and no longer
  return trim(samples.slice(0, place).concat([at, value], samples.slice(place)), windowMs);
}

/** How a window looks at its samples, ms. */
export interface Observation {
  readonly windowMs: number;
  /** The rhythm of what is measured. */
  readonly cadenceMs: number;
}

/** Gives each stretch between neighbours that is known: the first one's value, and how long it held in the window. */
export function eachStretch(
  samples: Samples,
  { windowMs, cadenceMs }: Observation,
  take: (value: number, ms: number) => void,
): void {
  const start = (samples.at(-2) ?? 0) - windowMs;
  const longest = Math.max(LONGEST_GAP_MS, 2 * cellMs(windowMs), GAP_CADENCES * cadenceMs);
  for (let index = 0; index + 2 < samples.length; index += 2) {
    const at = samples[index] as number;
    const next = samples[index + 2] as number;
    if (next - at > longest) continue;
    const ms = next - Math.max(at, start);
    if (ms > 0) take(samples[index + 1] as number, ms);
  }
}

/** What is remembered of a point, and whether it may be judged now: it speaks, or has not fallen silent. */
export interface Followed {
  readonly samples: Samples;
  readonly speaks: boolean;
}

function isKnown(view: DeviceView, name: string): boolean {
  const point = view.point(name);
  return point !== undefined && isUsable(point);
}

/** The samples of a point, this signal's included; late ones too, history has its place. */
export function followPoint(
  { signal, memory, view }: Look,
  { point, place, windowMs, keep }: { point: string; place: string; windowMs: number; keep?: Keep },
): Followed {
  const before = (memory.get(place) as Samples | undefined) ?? NONE;
  const taken = signal.type === "readings" ? signal.readings.find(({ reading }) => reading.point === point) : undefined;
  if (taken !== undefined && isUsable(taken.reading) && typeof taken.reading.value === "number") {
    const { observedAt, value } = taken.reading;
    const samples = insertSample(before, [observedAt, value], { windowMs, ...(keep && { keep }) });
    memory.set(place, samples);
    // a repeat of what is known does not make it speak again
    return { samples, speaks: samples !== before || isKnown(view, point) };
  }
  return { samples: before, speaks: isKnown(view, point) };
}
