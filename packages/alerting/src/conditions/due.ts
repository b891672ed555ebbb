import { parseIsoTime } from "@linli/model";
import { type Answer, type ConditionNode, type Look, NEVER_REPORTED, NOTHING_READ, SILENT } from "./node.ts";

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

const LAST_MOMENT = 8.64e15;

/** Midnight of a local date, or a moment; `undefined` for what is neither. */
function momentOfTag(text: string, timeZone: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return parseIsoTime(text);
  try {
    return Temporal.PlainDate.from(text).toZonedDateTime(timeZone).epochMilliseconds;
  } catch {
    return undefined;
  }
}

/** A known moment lies longer ago than `after`, or (without it) is nearer than `ahead`, or past. No moment = unknown. */
export function dueNode({ point, tag, after, ahead }: Due): ConditionNode {
  const shift = after ?? -(ahead ?? 0);
  const what = point ?? tag ?? "";
  const asked = after === undefined ? "near or past" : `not longer ago than ${after / 86_400_000} d`;
  const known = ({ view }: Look): unknown => {
    if (point !== undefined) return view.point(point)?.value;
    return tag !== undefined && Object.hasOwn(view.device.tags, tag) ? view.device.tags[tag] : undefined;
  };
  return {
    reads: { ...NOTHING_READ, points: point === undefined ? [] : [point], timed: true },
    answer(look: Look): Answer {
      if (point !== undefined && look.view.point(point)?.quality === "faulty") return SILENT;
      const given = known(look);
      if (given === undefined) return NEVER_REPORTED;
      const moment = typeof given === "string" ? momentOfTag(given, look.view.site.timeZone) : given;
      if (typeof moment !== "number" || !(Math.abs(moment) <= LAST_MOMENT)) return SILENT;
      const dueAt = moment + shift;
      const truth = look.at >= dueAt;
      return {
        truth,
        facts: () => [{ what, value: new Date(moment).toISOString(), asked, observedAt: null }],
        due: truth ? undefined : dueAt,
      };
    },
  };
}
