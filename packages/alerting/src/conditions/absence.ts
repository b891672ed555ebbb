import { fingerprint } from "../fingerprint.ts";
import { type Answer, type ConditionNode, type Ground, type Look, NEVER_REPORTED, type Reads } from "./node.ts";

export interface Absence {
  readonly point?: string | undefined;
  readonly longerThan: number;
}

const IN_SILENCE = (): Ground => "silence";

/** Gaps of our own since a moment: silence may last that much longer. */
type Blind = readonly [since: number, gapMs: number];

function blindSince(since: number, { signal, memory }: Look, place: string): number {
  const [from, gap] = (memory.get(place) as Blind | undefined) ?? [since, 0];
  const before = from === since ? gap : 0;
  const after = signal.type === "blind" ? before + signal.gapMs : before;
  memory.set(place, after === 0 ? undefined : after === gap && from === since ? memory.get(place) : [since, after]);
  return after;
}

/** Nothing heard of a device, or of one point of it, for so long by our own clock. Never heard of = not applicable. */
export function absenceNode(absence: Absence): ConditionNode {
  const { point, longerThan } = absence;
  const place = `blind:${fingerprint(absence)}`;
  const reads: Reads = { points: [point ?? "*"], events: [], connection: point === undefined, timed: true };
  return {
    reads,
    answer(look: Look): Answer {
      const { view, at } = look;
      const since = point === undefined ? view.lastSeenAt : (view.point(point)?.receivedAt ?? null);
      if (since === null) return NEVER_REPORTED;
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
