import type { AlertFact } from "@linli/model";
import type { Answer, ConditionNode, Look } from "./node.ts";

/** Decides by an event's `data`; compiled from CEL. */
export type EventFilter = (
  data: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, number>>,
) => boolean;

/** The device reported it: true at that moment and no longer. */
export function eventNode(type: string, where: EventFilter | undefined): ConditionNode {
  return {
    reads: { points: [], events: [type], connection: false },
    answer({ signal, params }: Look): Answer {
      if (signal.type !== "event" || signal.event.type !== type) return { truth: false, facts: [] };
      const { observedAt, data = {} } = signal.event;
      if (where !== undefined && !where(data, params)) return { truth: false, facts: [] };
      const detail = Object.entries(data).map(([name, value]) => `${name} ${String(value)}`);
      const fact: AlertFact = { what: type, value: detail.join(", ") || null, asked: "reported", observedAt };
      return { truth: true, facts: [fact] };
    },
  };
}
