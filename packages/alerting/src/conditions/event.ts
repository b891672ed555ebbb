import type { DeviceEvent } from "@linli/model";
import { type Answer, type ConditionNode, type Look, NOT_MET, NOTHING_READ } from "./node.ts";

/** Decides by an event's `data`; compiled from CEL. */
export type EventFilter = (
  data: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, number>>,
) => boolean;

function inWords(data: NonNullable<DeviceEvent["data"]>): string | null {
  const parts = Object.entries(data).map(
    ([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`,
  );
  return parts.length === 0 ? null : parts.join(", ").slice(0, 256);
}

/** The device reported it: true at that moment and no longer. */
export function eventNode(type: string, where: EventFilter | undefined): ConditionNode {
  return {
    reads: { ...NOTHING_READ, events: [type] },
    answer({ signal, params }: Look): Answer {
      if (signal.type !== "event" || signal.event.type !== type) return NOT_MET;
      const { observedAt, data = {} } = signal.event;
      if (where !== undefined && !where(data, params)) return NOT_MET;
      return { truth: true, facts: () => [{ what: type, value: inWords(data), asked: "reported", observedAt }] };
    },
  };
}
