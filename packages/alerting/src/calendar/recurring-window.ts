import { LinliError, type RecurringWindow } from "@linli/model";
import { RRuleTemporal } from "rrule-temporal";

/** One occurrence; epoch ms, the end not included. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A window that can be asked. */
export interface CompiledWindow {
  /** The occurrence that a moment lies in; of several that overlap, the one that ends last. */
  at(moment: number): Stretch | undefined;
  /** The first occurrence that begins after a moment. */
  next(moment: number): Stretch | undefined;
}

/** The furthest that clocks are put, and some more: wall time and true time are compared that loosely first. */
const CLOCK_CHANGE_MS = 7_200_000;

function startOf({ start }: RecurringWindow): Temporal.PlainDateTime {
  try {
    return Temporal.PlainDateTime.from(start, { overflow: "reject" });
  } catch (cause) {
    throw new LinliError("invalid", `${start} is no day of the calendar`, { cause });
  }
}

function parseRule(repeat: string, start: Temporal.PlainDateTime): RRuleTemporal {
  try {
    return new RRuleTemporal({ rruleString: repeat, dtstart: start.toZonedDateTime("UTC") });
  } catch (cause) {
    throw new LinliError("invalid", `${repeat} is no repetition: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Fails with `invalid` for a repetition that RFC 5545 does not know. Its instances are counted by the clock on the wall
 * and only then placed in time: RFC 5545 drops one that the clock skips, and a night's maintenance must not vanish.
 */
export function compileWindow(window: RecurringWindow): CompiledWindow {
  const { duration, repeat, timeZone } = window;
  const start = startOf(window);
  const placed = (wall: Temporal.PlainDateTime): Stretch => {
    const from = wall.toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds;
    return { from, to: from + duration };
  };
  if (repeat === undefined) {
    const only = placed(start);
    return {
      at: (moment) => (moment >= only.from && moment < only.to ? only : undefined),
      next: (moment) => (moment < only.from ? only : undefined),
    };
  }
  const rule = parseRule(repeat, start);
  const wallOf = (ms: number) =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDateTime().toZonedDateTime("UTC");
  return {
    at(ms) {
      const [first, last] = [wallOf(ms - duration - CLOCK_CHANGE_MS), wallOf(ms + CLOCK_CHANGE_MS)];
      const near = rule.between(first, last, true).map((begin) => placed(begin.toPlainDateTime()));
      return near.findLast(({ from, to }) => from <= ms && ms < to);
    },
    next(ms) {
      for (let begin = rule.next(wallOf(ms - CLOCK_CHANGE_MS)); begin !== null; begin = rule.next(begin)) {
        const stretch = placed(begin.toPlainDateTime());
        if (stretch.from > ms) return stretch;
      }
      return undefined;
    },
  };
}

/** The occurrences that lie at least in part between two moments, in order, at most so many. */
export function occurrencesBetween(window: RecurringWindow, from: number, to: number, most: number): Stretch[] {
  const compiled = compileWindow(window);
  const found: Stretch[] = [];
  for (let next = compiled.at(from) ?? compiled.next(from); next !== undefined && next.from < to; ) {
    if (found.length >= most) break;
    found.push(next);
    next = compiled.next(next.from);
  }
  return found;
}
