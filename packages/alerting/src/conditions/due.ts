import { parseIsoTime } from "@linli/model";
import type { Answer, ConditionNode, Look } from "./node.ts";

export interface Due {
  /** A point of type `time`. */
  readonly point?: string | undefined;
  /** A fact of the device's registry entry: an ISO date, or a moment with its zone. */
  readonly tag?: string | undefined;
  /** ms since that moment. */
  readonly after?: number | undefined;
  /** ms before it. */
  readonly ahead?: number | undefined;
}

function momentOf({ point, tag }: Due, { view }: Look): number | undefined {
  if (point !== undefined) {
    const value = view.point(point)?.value;
    return typeof value === "number" ? value : undefined;
  }
  const text = tag === undefined ? undefined : view.device.tags[tag];
  if (text === undefined) return undefined;
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return parseIsoTime(text);
  return Temporal.PlainDate.from(text).toZonedDateTime(view.site.timeZone).epochMilliseconds;
}

/** A known moment lies longer ago than `after`, or (without it) is nearer than `ahead`, or past. Unknown = never told. */
export function dueNode(due: Due): ConditionNode {
  const shift = due.after ?? -(due.ahead ?? 0);
  return {
    reads: { points: due.point === undefined ? [] : [due.point], events: [], connection: false },
    answer(look: Look): Answer {
      const moment = momentOf(due, look);
      if (moment === undefined) return { truth: undefined, facts: [] };
      const dueAt = moment + shift;
      const truth = look.at >= dueAt;
      const fact = {
        what: due.point ?? due.tag ?? "",
        value: new Date(moment).toISOString(),
        asked: due.after === undefined ? "near or past" : `not longer ago than ${due.after / 86_400_000} d`,
        observedAt: null,
      };
      return { truth, facts: [fact], ...(truth ? {} : { due: dueAt }) };
    },
  };
}
