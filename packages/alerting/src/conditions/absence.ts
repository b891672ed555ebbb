import type { Answer, ConditionNode, Look } from "./node.ts";
import { pointPattern } from "./points.ts";

export interface Absence {
  readonly point?: string | undefined;
  readonly longerThan: number;
}

/** How much longer silence may last, because we were not listening meanwhile. */
function blindFor({ signal, memory }: Look, place: string): number {
  const before = (memory.get(place) as number | undefined) ?? 0;
  if (signal.type !== "blind") return before;
  memory.set(place, before + signal.gapMs);
  return before + signal.gapMs;
}

function answer(
  since: number | undefined,
  look: Look,
  { longerThan, what }: { longerThan: number; what: string },
): Answer {
  if (since === undefined) return { truth: undefined, facts: [] };
  const due = since + longerThan;
  const silent = look.at > due;
  return {
    truth: silent,
    facts: [{ what: "silent", value: what, asked: `for more than ${longerThan / 1_000} s`, observedAt: since }],
    ...(silent ? {} : { due: due + 1 }),
  };
}

/** Nothing heard of a device, or of one point of it, for so long by our own clock. Never heard of = unknown. */
export function absenceNode({ point, longerThan }: Absence, place: string): ConditionNode {
  const reads = { points: point === undefined ? ["*"] : [point], events: [], connection: true };
  const matches = pointPattern(point ?? "");
  return {
    reads,
    answer(look: Look): Answer {
      const heard = look.signal.type === "reading" && (point === undefined || matches(look.signal.reading.point));
      if (heard) look.memory.set(place, undefined);
      const blind = blindFor(look, place);
      const { view } = look;
      if (point === undefined) {
        const since = view.lastSeenAt === null ? undefined : view.lastSeenAt + blind;
        return answer(since, look, { longerThan, what: view.device.id });
      }
      const moments = [...view.pointNames()].filter(matches).map((name) => view.point(name)?.receivedAt ?? 0);
      const since = moments.length === 0 ? undefined : Math.max(...moments) + blind;
      return answer(since, look, { longerThan, what: point });
    },
  };
}
