import type { Quantity } from "@linli/model";
import type { Answer, ConditionNode, Look } from "./node.ts";
import { resolve } from "./quantity.ts";

export interface Count {
  readonly of: ConditionNode;
  readonly atLeast: Quantity;
  /** ms, journal time. */
  readonly within: number;
}

interface Counted {
  readonly times: readonly number[];
  /** The last event counted, so that the same one is not counted twice. */
  readonly wasTrue: boolean;
}

const NONE: Counted = { times: [], wasTrue: false };

/** Became true, or happened, so often within the window. */
export function countNode({ of, atLeast, within }: Count, place: string): ConditionNode {
  const isEvent = of.reads.events.length > 0;
  return {
    reads: of.reads,
    answer(look: Look): Answer {
      const { memory, at, params, late } = look;
      const inner = of.answer(look);
      const before = (memory.get(place) as Counted | undefined) ?? NONE;
      const rose = inner.truth === true && (isEvent || !before.wasTrue) && !late;
      const kept = before.times.filter((time) => time > at - within);
      const times = rose ? [...kept, at] : kept;
      const wasTrue = inner.truth ?? before.wasTrue;
      if (rose || wasTrue !== before.wasTrue || times.length !== before.times.length) {
        memory.set(place, times.length === 0 && !wasTrue ? undefined : { times, wasTrue });
      }
      const needed = resolve(atLeast, params);
      const truth = times.length >= needed;
      const facts = [
        {
          what: `times within ${within / 60_000} min`,
          value: times.length,
          asked: `at least ${needed}`,
          observedAt: times.at(-1) ?? null,
        },
        ...inner.facts,
      ];
      const oldest = times[0];
      return { truth, facts, ...(truth && oldest !== undefined && { due: oldest + within }) };
    },
  };
}
