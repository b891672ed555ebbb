import type { Quantity } from "@linli/model";
import { fingerprint } from "../fingerprint.ts";
import { type Answer, type ConditionNode, type Look, NEVER_REPORTED } from "./node.ts";
import { measuredOf } from "./points.ts";
import { resolve } from "./quantity.ts";

export interface Count {
  readonly of: ConditionNode;
  readonly atLeast: Quantity;
  /** ms, journal time. */
  readonly within: number;
}

interface Counted {
  readonly times: readonly number[];
  readonly wasTrue: boolean;
}

const NONE: Counted = { times: [], wasTrue: false };
/** More than so many are not told apart, unless the rule asks for more. */
const MOST_TIMES = 100;

/** Became true (or, for an event, happened) so often within the window. */
export function countNode({ of, atLeast, within }: Count, definition: unknown): ConditionNode {
  const place = `count:${within}:${fingerprint(definition)}`;
  const ground = measuredOf(of.reads.points);
  return {
    reads: of.reads,
    answer(look: Look): Answer {
      const { memory, at, params, late, signal } = look;
      const inner = of.answer(look);
      if (inner.unknown === "never-reported") return NEVER_REPORTED;
      const needed = resolve(atLeast, params);
      const before = (memory.get(place) as Counted | undefined) ?? NONE;
      const happened = signal.type === "event" && of.reads.events.includes(signal.event.type);
      const rose = inner.truth === true && !late && (!before.wasTrue || happened);
      const wasTrue = inner.truth ?? before.wasTrue;
      const times = counted(before.times, { rose, at, within, most: Math.max(needed, MOST_TIMES) });
      if (times !== before.times || wasTrue !== before.wasTrue) {
        memory.set(place, times.length === 0 && !wasTrue ? undefined : { times, wasTrue });
      }
      const oldest = times.at(-needed);
      const truth = times.length >= needed ? true : inner.truth === undefined ? undefined : false;
      return {
        truth,
        unknown: truth === undefined ? inner.unknown : undefined,
        facts: () => [
          {
            what: `times within ${within / 60_000} min`,
            value: times.length,
            asked: `at least ${needed}`,
            observedAt: times.at(-1) ?? null,
          },
          ...inner.facts(),
        ],
        due: truth && oldest !== undefined ? oldest + within : inner.due,
        ground,
      };
    },
  };
}

function counted(
  before: readonly number[],
  { rose, at, within, most }: { rose: boolean; at: number; within: number; most: number },
): readonly number[] {
  const isOver = before.length > 0 && (before[0] as number) <= at - within;
  if (!rose && !isOver) return before;
  const kept = before.filter((time) => time > at - within);
  return rose ? [...kept, at].slice(-most) : kept;
}
