import type { Scenario } from "../file/scenario-file.ts";
import type { On } from "../file/steps.ts";
import type { Book } from "../stage/book.ts";

/** What an expectation is held against. */
export interface Evidence {
  readonly book: Book;
  readonly scenario: Pick<Scenario, "start" | "lasts" | "site">;
  /** Ids of the devices that are meant. */
  ids(on: On): readonly string[];
  /** How much earlier or later than asked still counts, ms. */
  readonly tolerance: number;
}

/** From and to, epoch ms. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export function stretchOf(between: readonly [number, number] | undefined, { scenario, tolerance }: Evidence): Stretch {
  const { start, lasts } = scenario;
  const [from, to] = between ?? [0, lasts];
  return { from: start + from - tolerance, to: start + to + tolerance };
}

export function isWithin(at: number, { from, to }: Stretch): boolean {
  return from <= at && at <= to;
}

/** Whether an id is meant: `lift.entrapment` itself, `lift.*` all that begin alike, `any` all. */
export function isMeant(pattern: string, id: string): boolean {
  if (pattern === "any") return true;
  return pattern.endsWith("*") ? id.startsWith(pattern.slice(0, -1)) : pattern === id;
}

/** A moment by the site's clock; with the day where a scenario has more than one. */
export function clockTime(at: number, { scenario }: Evidence): string {
  const zoned = (moment: number) =>
    Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(scenario.site.timeZone);
  const time = zoned(at).toPlainTime().toString({ smallestUnit: "second" }).replace(/:00$/, "");
  const day = zoned(at).toPlainDate();
  const isOneDay = zoned(scenario.start)
    .toPlainDate()
    .equals(zoned(scenario.start + scenario.lasts).toPlainDate());
  return isOneDay ? time : `${day.toString()} ${time}`;
}

export function inWords(stretch: Stretch, evidence: Evidence): string {
  return `between ${clockTime(stretch.from, evidence)} and ${clockTime(stretch.to, evidence)}`;
}

/** The first few of what was there instead. */
export function nearest(found: readonly string[]): string {
  if (found.length === 0) return "nothing of the kind in the whole scenario";
  const shown = found.slice(0, 5).join("; ");
  return found.length > 5 ? `${shown}; and ${found.length - 5} more` : shown;
}

/** Those closest to a stretch of time first. */
export function byNearness<T extends { readonly at: number }>(
  found: readonly T[],
  { from, to }: Stretch,
): readonly T[] {
  const distance = ({ at }: T) => (at < from ? from - at : Math.max(0, at - to));
  return found.toSorted((a, b) => distance(a) - distance(b) || a.at - b.at);
}
