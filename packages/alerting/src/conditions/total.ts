import type { Answer, ConditionNode, Look } from "./node.ts";
import { insertSample, type Sample, stretches } from "./samples.ts";

export interface Total {
  readonly of: ConditionNode;
  /** ms in all. */
  readonly atLeast: number;
  readonly within: number;
}

/**
 * Was true for so long in all within the window, over observed time: one good sample in between does not start it anew,
 * and what comes late counts where it belongs.
 */
export function totalNode({ of, atLeast, within }: Total, place: string): ConditionNode {
  return {
    reads: of.reads,
    answer(look: Look): Answer {
      const { memory, signal } = look;
      const inner = of.answer(look);
      let samples = (memory.get(place) as readonly Sample<boolean>[] | undefined) ?? [];
      if (signal.type === "reading" && inner.truth !== undefined) {
        samples = insertSample(samples, [signal.reading.observedAt, inner.truth], within);
        memory.set(place, samples);
      }
      const ms = stretches(samples, within).reduce((sum, { value, ms: length }) => sum + (value ? length : 0), 0);
      const fact = {
        what: `minutes within ${within / 3_600_000} h`,
        value: Math.floor(ms / 60_000),
        asked: `at least ${atLeast / 60_000}`,
        observedAt: samples.at(-1)?.[0] ?? null,
      };
      return { truth: samples.length === 0 ? undefined : ms >= atLeast, facts: [fact, ...inner.facts] };
    },
  };
}
