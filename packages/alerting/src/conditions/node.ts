import type { AlertFact } from "@linli/model";
import type { DeviceView, Signal } from "../signal.ts";
import type { Truth } from "../truth.ts";

/** What a rule looks at: what can change its answer besides the passing of time. */
export interface Reads {
  /** Point names, `{slot}`-like patterns included; `*` = any. */
  readonly points: readonly string[];
  readonly events: readonly string[];
  readonly connection: boolean;
  /** Time alone can change it, though nothing was ever remembered: silence, calendars, due dates. */
  readonly timed: boolean;
}

/** What conditions remember between two signals, each under a place of its own. Plain JSON values, never mutated. */
export interface Memory {
  get(place: string): unknown;
  set(place: string, value: unknown): void;
}

/** One look at a rule on a device. */
export interface Look {
  readonly signal: Signal;
  readonly view: DeviceView;
  /** Journal time. */
  readonly at: number;
  /** The reading or event is too old to say anything about this moment. */
  readonly late: boolean;
  /** What was observed longer before its arrival than so many ms speaks of the past. */
  readonly lateAfter: number;
  readonly params: Readonly<Record<string, number>>;
  readonly memory: Memory;
}

/** What an answer stands on that has to last: points measured in a rhythm; or that the device is silent. */
export type Ground = readonly string[] | "silence";
export const NO_GROUND: Ground = [];

/** What a condition answers. */
export interface Answer {
  readonly truth: Truth;
  /**
   * Why nobody can say, unless an input fell silent: `never-reported` = the device lacks a point that it asks for, so
   * it is not applicable there; `not-yet` = what is known speaks of different moments, or of the past.
   */
  readonly unknown?: "never-reported" | "not-yet" | undefined;
  /** What it was true (or false) about; to be asked before the next signal. */
  readonly facts: () => readonly AlertFact[];
  /** When it may answer differently though nothing happens; journal time. */
  readonly due?: number | undefined;
  /** When its inputs were last observed, and when one of them last changed: what makes several of them belong together. */
  readonly observedAt?: number | undefined;
  readonly changedAt?: number | undefined;
  /** Of a leaf; absent = on nothing that is measured: it stands until something says otherwise. */
  readonly ground?: ((view: DeviceView) => Ground) | undefined;
  /** What it was put together from, and the answer by which one of them decides alone. */
  readonly parts?: readonly Answer[] | undefined;
  readonly decidedBy?: boolean | undefined;
}

/** A condition, compiled: looks at every signal of its rule, in order. */
export interface ConditionNode {
  readonly reads: Reads;
  answer(look: Look): Answer;
}

export const NOTHING_READ: Reads = { points: [], events: [], connection: false, timed: false };

export function readsPoint(point: string): Reads {
  return { ...NOTHING_READ, points: [point] };
}

const NO_FACTS: readonly AlertFact[] = [];
export const noFacts = (): readonly AlertFact[] => NO_FACTS;

/** An input fell silent, or cannot be believed. */
export const SILENT: Answer = { truth: undefined, facts: noFacts };
/** The device never reported what it asks for. */
export const NEVER_REPORTED: Answer = { truth: undefined, unknown: "never-reported", facts: noFacts };
export const NOT_MET: Answer = { truth: false, facts: noFacts };

export function readsOf(nodes: readonly ConditionNode[]): Reads {
  return {
    points: [...new Set(nodes.flatMap(({ reads }) => reads.points))],
    events: [...new Set(nodes.flatMap(({ reads }) => reads.events))],
    connection: nodes.some(({ reads }) => reads.connection),
    timed: nodes.some(({ reads }) => reads.timed),
  };
}

/** The sooner of two moments that may not be there. */
export function sooner(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined || a < b ? a : b;
}
