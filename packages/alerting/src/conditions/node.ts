import type { AlertFact } from "@linli/model";
import type { DeviceView, Signal } from "../signal.ts";
import type { Truth } from "../truth.ts";

/** What a rule looks at: what can change its answer besides the passing of time. */
export interface Reads {
  /** Point names, `{slot}`-like patterns included. */
  readonly points: readonly string[];
  readonly events: readonly string[];
  readonly connection: boolean;
}

/** What conditions remember between two signals, each under its place in the rule. Plain JSON values, never mutated. */
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
  readonly params: Readonly<Record<string, number>>;
  readonly memory: Memory;
}

/** What a condition answers. */
export interface Answer {
  readonly truth: Truth;
  /** What it was true (or false) about. */
  readonly facts: readonly AlertFact[];
  /** When it may answer differently though nothing happens; journal time. */
  readonly due?: number;
  /** When its inputs were last observed, and when one of them last changed: what makes several of them belong together. */
  readonly observedAt?: number;
  readonly changedAt?: number;
}

/** A condition, compiled: looks at every signal of its rule, in order. */
export interface ConditionNode {
  readonly reads: Reads;
  answer(look: Look): Answer;
}

export const NOTHING_READ: Reads = { points: [], events: [], connection: false };

export function readsOf(nodes: readonly ConditionNode[]): Reads {
  return {
    points: [...new Set(nodes.flatMap(({ reads }) => reads.points))],
    events: [...new Set(nodes.flatMap(({ reads }) => reads.events))],
    connection: nodes.some(({ reads }) => reads.connection),
  };
}

/** The sooner of two moments that may not be there. */
export function sooner(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}
