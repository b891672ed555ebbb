import { days, isLinliError, type Rota } from "@linli/model";
import { isOpen, parseOpeningHours } from "../calendar/opening-hours.ts";
import type { Stretch } from "../calendar/recurring-window.ts";
import { nextEdge } from "./hours-edge.ts";

type Layer = Rota["layers"][number];
type Hours = ReturnType<typeof parseOpeningHours>;

/** Who answers, and until when. */
export interface OnCall {
  readonly personId: string;
  /** Somebody else, or nobody, from then on; looked for 62 days ahead, then it is that far. */
  readonly until: number;
}

const HORIZON = days(62);
/** More changes than 62 days of hourly ones; beyond them `until` is where the count ended. */
const MOST_CHANGES = 2_000;
const ALWAYS: Hours = parseOpeningHours("24/7");

const read = new WeakMap<Layer, Hours>();

function readHours({ hours }: Layer): Hours {
  if (hours === undefined) return ALWAYS;
  try {
    return parseOpeningHours(hours);
  } catch (error) {
    if (!isLinliError(error, "invalid")) throw error;
    // hours that nobody can read are a hole, not a crash in the middle of the night
    return [];
  }
}

function hoursOf(layer: Layer): Hours {
  const hours = read.get(layer) ?? readHours(layer);
  read.set(layer, hours);
  return hours;
}

/** When the shift of a number begins: by the clock on the wall, whatever was done to it in between. */
function shiftStart({ from, everyDays, handover }: Layer, shift: number, timeZone: string): number {
  const day = Temporal.PlainDate.from(from).add({ days: shift * everyDays });
  return day.toZonedDateTime({ timeZone, plainTime: handover }).epochMilliseconds;
}

/** Number of the shift at a moment; negative before the first. */
function shiftAt(layer: Layer, at: number, timeZone: string): number {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
  const elapsed = Temporal.PlainDate.from(layer.from).until(today, { largestUnit: "day" }).days;
  // the shift that begins today may not have begun yet
  const shift = Math.floor(elapsed / layer.everyDays);
  return shiftStart(layer, shift, timeZone) <= at ? shift : shift - 1;
}

function personOf(layer: Layer, at: number, timeZone: string): string | undefined {
  const shift = shiftAt(layer, at, timeZone);
  if (shift < 0 || !isOpen(hoursOf(layer), at, timeZone)) return undefined;
  return layer.people[shift % layer.people.length];
}

/** Who it says; undefined = nobody. */
function answer({ layers, overrides, timeZone }: Rota, at: number): string | undefined {
  const override = overrides.findLast(({ from, to }) => from <= at && at < to);
  if (override !== undefined) return override.personId;
  for (const layer of layers.toReversed()) {
    const person = personOf(layer, at, timeZone);
    if (person !== undefined) return person;
  }
  return undefined;
}

/** The first moment after `at` at which the answer may be another one. */
function nextChange({ layers, overrides, timeZone }: Rota, at: number): number {
  const moments = [
    ...overrides.flatMap(({ from, to }) => [from, to]),
    ...layers.flatMap((layer) => {
      const shift = Math.max(-1, shiftAt(layer, at, timeZone));
      const handover = shiftStart(layer, shift + 1, timeZone);
      return layer.hours === undefined ? [handover] : [handover, nextEdge(hoursOf(layer), at, timeZone)];
    }),
  ];
  return Math.min(...moments.filter((moment) => moment > at), at + HORIZON);
}

/** From `at` on, the same person (or nobody) until then; not beyond `end`. */
function stretchFrom(rota: Rota, at: number, end: number): { personId: string | undefined; until: number } {
  const personId = answer(rota, at);
  let until = nextChange(rota, at);
  for (let changes = 0; until < end && changes < MOST_CHANGES && answer(rota, until) === personId; changes++) {
    until = nextChange(rota, until);
  }
  return { personId, until: Math.min(until, end) };
}

interface Remembered {
  readonly personId: string | undefined;
  readonly from: number;
  readonly until: number;
}

/** A rota is never changed in place, a new version is a new one: its last answer stands for as long as it holds. */
function remembering(find: (rota: Rota, at: number) => Omit<Remembered, "from">): typeof find {
  const last = new WeakMap<Rota, Remembered>();
  return (rota, at) => {
    const known = last.get(rota);
    if (known !== undefined && known.from <= at && at < known.until) return known;
    const found = { ...find(rota, at), from: at };
    last.set(rota, found);
    return found;
  };
}

const untilNextChange = remembering((rota, at) => ({ personId: answer(rota, at), until: nextChange(rota, at) }));
const untilSomebodyElse = remembering((rota, at) => stretchFrom(rota, at, at + HORIZON));

/** Who is on call at a moment; undefined = nobody, a hole. The cheaper question. */
export function personOnCall(rota: Rota, at: number): string | undefined {
  return untilNextChange(rota, at).personId;
}

/** Who is on call at a moment, and until when: it looks weeks ahead. Undefined = nobody, a hole. */
export function onCallAt(rota: Rota, at: number): OnCall | undefined {
  const { personId, until } = untilSomebodyElse(rota, at);
  return personId === undefined ? undefined : { personId, until };
}

/** One person's turn, or, without a person, a hole. */
export interface Shift extends Stretch {
  readonly personId: string | undefined;
}

/** Who is on call when, between two moments, in order and without a gap. */
export function rotaShifts(rota: Rota, from: number, to: number): Shift[] {
  const shifts: Shift[] = [];
  for (let at = from; at < to; ) {
    const { personId, until } = stretchFrom(rota, at, to);
    shifts.push({ personId, from: at, to: until });
    at = until;
  }
  return shifts;
}

/** When nobody is on call between two moments. */
export function rotaHoles(rota: Rota, from: number, to: number): Stretch[] {
  return rotaShifts(rota, from, to)
    .filter(({ personId }) => personId === undefined)
    .map(({ from: start, to: end }) => ({ from: start, to: end }));
}
