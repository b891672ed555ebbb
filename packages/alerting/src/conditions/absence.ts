import { fingerprint } from "../fingerprint.ts";
import type { PointView } from "../signal.ts";
import { type Answer, type ConditionNode, type Ground, type Look, NEVER_REPORTED, type Reads } from "./node.ts";
import { isUsable } from "./points.ts";

export interface Absence {
  readonly point?: string | undefined;
  readonly longerThan: number;
}

const IN_SILENCE = (): Ground => "silence";

/** Gaps of our own since a moment: silence may last that much longer. `at`: when the last of them ended. */
type Blind = readonly [since: number, gapMs: number, at?: number];

function blindSince(since: number, { signal, memory, at }: Look, place: string): number {
  const known = memory.get(place) as Blind | undefined;
  const before = known?.[0] === since ? known : undefined;
  // a rule may ask for one silence in several places
  if (signal.type === "blind" && before?.[2] !== at) {
    const after = (before?.[1] ?? 0) + signal.gapMs;
    memory.set(place, [since, after, at]);
    return after;
  }
  memory.set(place, before);
  return before?.[1] ?? 0;
}

/** Since when a point said nothing of use: what it cannot have measured breaks no silence, and the first of that began it. */
function silentSince(point: PointView, { memory }: Look, place: string): number {
  const began = memory.get(place) as number | undefined;
  const goesOn = point.quality === "faulty" || (began !== undefined && !isUsable(point));
  memory.set(place, goesOn ? (began ?? point.receivedAt) : undefined);
  return goesOn && began !== undefined ? began : point.receivedAt;
}

/** Nothing heard of a device, or of one point of it, for so long by our own clock. Never heard of = not applicable. */
export function absenceNode(absence: Absence): ConditionNode {
  const { point, longerThan } = absence;
  const place = `blind:${fingerprint(absence)}`;
  const faultyPlace = `faulty:${fingerprint({ point })}`;
  const reads: Reads = { points: [point ?? "*"], events: [], connection: point === undefined, timed: true };
  return {
    reads,
    answer(look: Look): Answer {
      const { view, at } = look;
      const known = point === undefined ? undefined : view.point(point);
      const heardAt = point === undefined ? view.lastSeenAt : (known?.receivedAt ?? null);
      if (heardAt === null) return NEVER_REPORTED;
      const since = known === undefined ? heardAt : silentSince(known, look, faultyPlace);
      const due = since + blindSince(since, look, place) + longerThan + 1;
      const silent = at >= due;
      return {
        truth: silent,
        facts: () => [
          {
            what: "silent",
            value: point ?? view.device.id,
            asked: `for more than ${longerThan / 1_000} s`,
            observedAt: since,
          },
        ],
        due: silent ? undefined : due,
        ground: silent ? IN_SILENCE : undefined,
      };
    },
  };
}
