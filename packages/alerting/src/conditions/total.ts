import { fingerprint } from "../fingerprint.ts";
import type { Truth } from "../truth.ts";
import { asOf } from "./as-of.ts";
import type { Answer, ConditionNode, Look } from "./node.ts";
import { isUsable, measuredOf } from "./points.ts";
import { cellMs, eachStretch, insertSample, type Samples } from "./samples.ts";

export interface Total {
  readonly of: ConditionNode;
  /** ms in all. */
  readonly atLeast: number;
  readonly within: number;
  /** The slowest rhythm among its points, ms. */
  readonly cadenceMs: number;
}

const NONE: Samples = [];
/** What is summed up is told apart to such a part of what is asked for, and of the window. */
const PART_ASKED = 8;
const PART_OF_WINDOW = 480;
/** A moment that nobody could judge; a repeat of it, judged by what is known later, does not make it another one. */
const UNJUDGED = -1;

function sampleOf(truth: Truth): number {
  return truth === undefined ? UNJUDGED : Number(truth);
}

/**
 * Was true for so long in all within the window, over observed time: one good sample in between does not start it anew,
 * and a reading that comes late is judged by its own value and counts where it belongs. `definition` names what is
 * summed up, so that it outlives an edit of anything else.
 */
export function totalNode({ of, atLeast, within, cadenceMs }: Total, definition: unknown): ConditionNode {
  // five minutes of a day are told by more than two samples
  const cell = cellMs(within, Math.min(atLeast / PART_ASKED, within / PART_OF_WINDOW));
  const place = `total:${within}:${fingerprint(definition)}`;
  const ground = measuredOf(of.reads.points);
  const points = new Set(of.reads.points);
  return {
    reads: of.reads,
    answer(look: Look): Answer {
      const { memory, signal } = look;
      const now = of.answer(look);
      let samples = (memory.get(place) as Samples | undefined) ?? NONE;
      let speaks = now.truth !== undefined;
      const readings = signal.type === "readings" ? signal.readings.map(({ reading }) => reading) : [];
      const own = readings.find((reading) => points.has(reading.point) && isUsable(reading));
      // where it does not apply nothing is summed up, whatever a contradiction of what was said would come to
      if (own !== undefined && now.unknown !== "never-reported") {
        const { truth, unknown } = of.answer(asOf(look, readings));
        if (truth !== undefined || unknown !== "never-reported") {
          const after = insertSample(samples, [own.observedAt, sampleOf(truth)], { windowMs: within, cell });
          speaks ||= truth !== undefined && after !== samples;
          samples = after;
          memory.set(place, samples);
        }
      }
      if (!speaks || samples.length === 0) return { truth: undefined, unknown: now.unknown, facts: now.facts };
      let sum = 0;
      eachStretch(samples, { windowMs: within, cadenceMs }, (value, ms) => {
        if (value === 1) sum += ms;
      });
      const fact = {
        what: `minutes within ${within / 3_600_000} h`,
        value: Math.floor(sum / 60_000),
        asked: `at least ${atLeast / 60_000}`,
        observedAt: samples.at(-2) ?? null,
      };
      return { truth: sum >= atLeast, facts: () => [fact, ...now.facts()], ground };
    },
  };
}
