import { type Connection, type DeviceEvent, days, minutes, type PointValue } from "@linli/model";
import type { SeriesReader, StateStore } from "@linli/stores";

const DAY = days(1);
const SHORTEST = minutes(1);
/** Of one point at once. */
const MOST_SAMPLES = 20_000;
const EVENT_PAGE = 1_000;
const MOST_EVENTS = 20_000;
const MOST_TRANSITIONS = 5_000;

/** Something that a device did, in the order in which it is told to its rules. */
export type Happening =
  | { readonly at: number; readonly type: "values"; readonly values: Readonly<Record<string, PointValue>> }
  | { readonly at: number; readonly type: "event"; readonly event: DeviceEvent }
  | { readonly at: number; readonly type: "connection"; readonly to: Connection };

export interface PastSources {
  readonly series: Pick<SeriesReader, "range" | "points">;
  readonly state: Pick<StateStore, "archive" | "watch">;
}

/** A stretch of the past: [from, to). */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** One stretch of what a device did, in order of time. */
export interface PastPart extends Stretch {
  readonly happenings: readonly Happening[];
  readonly readings: number;
  /** It is means that are left of it, not what was reported. */
  readonly coarse: boolean;
}

async function eventsIn({ state }: PastSources, deviceId: string, { from, to }: Stretch): Promise<Happening[]> {
  const found: Happening[] = [];
  let after: string | undefined;
  do {
    const page = await state.archive.events(
      { deviceId, from, to },
      { limit: EVENT_PAGE, ...(after !== undefined && { after }) },
    );
    found.push(...page.items.map((event) => ({ at: event.receivedAt, type: "event" as const, event })));
    after = page.next ?? undefined;
  } while (after !== undefined && found.length < MOST_EVENTS);
  return found;
}

/** How the device stood at the start, and each change since. */
async function connectionsIn({ state }: PastSources, deviceId: string, { from, to }: Stretch): Promise<Happening[]> {
  const newestFirst = await state.watch.transitions(deviceId, MOST_TRANSITIONS, "connection");
  const all = newestFirst.toReversed().map(({ at, data }) => ({ at, to: data["to"] as Connection }));
  const before = all.findLast(({ at }) => at < from);
  const within = all.filter(({ at }) => at >= from && at < to);
  const told = before === undefined ? within : [{ ...before, at: from }, ...within];
  return told.map((one) => ({ ...one, type: "connection" }));
}

interface Values {
  readonly happenings: Happening[];
  readonly readings: number;
  readonly coarse: boolean;
  readonly to: number;
}

/** Values of one moment came in one message, as far as anybody can say. */
async function valuesIn({ series }: PastSources, deviceId: string, points: readonly string[], { from, to }: Stretch) {
  let end = to;
  for (;;) {
    const {
      points: found,
      truncated,
      level,
    } = await series.range({ deviceId, points, from, to: end, limit: MOST_SAMPLES });
    if (truncated && end - from > SHORTEST) {
      end = from + Math.max(SHORTEST, Math.floor((end - from) / 4));
      continue;
    }
    const byTime = new Map<number, Record<string, PointValue>>();
    let readings = 0;
    for (const [point, samples] of Object.entries(found)) {
      for (const [at, value] of samples) {
        if (value === null) continue;
        readings += 1;
        const values = byTime.get(at) ?? {};
        values[point] = value;
        byTime.set(at, values);
      }
    }
    const happenings = [...byTime].map(([at, values]): Happening => ({ at, type: "values", values }));
    const part: Values = { happenings, readings, coarse: level !== "raw", to: end };
    return part;
  }
}

/** At one moment the connection comes first: values are told by a device that is there. */
const RANK: Readonly<Record<Happening["type"], number>> = { connection: 0, values: 1, event: 2 };
const inOrder = (a: Happening, b: Happening) => a.at - b.at || RANK[a.type] - RANK[b.type];

/** What a device did, part by part, so that never more than a day of it is held. */
export async function* pastOf(sources: PastSources, deviceId: string, stretch: Stretch): AsyncGenerator<PastPart> {
  const points = await sources.series.points(deviceId);
  const rest = [
    ...(await connectionsIn(sources, deviceId, stretch)),
    ...(await eventsIn(sources, deviceId, stretch)),
  ].toSorted(inOrder);
  let next = 0;
  for (let { from } = stretch; from < stretch.to; ) {
    const wanted = { from, to: Math.min(from + DAY, stretch.to) };
    const none: Values = { happenings: [], readings: 0, coarse: false, to: wanted.to };
    const part = points.length === 0 ? none : await valuesIn(sources, deviceId, points, wanted);
    const others: Happening[] = [];
    for (let one = rest[next]; one !== undefined && one.at < part.to; one = rest[next]) {
      others.push(one);
      next += 1;
    }
    const happenings = [...part.happenings, ...others].toSorted(inOrder);
    yield { from, to: part.to, happenings, readings: part.readings, coarse: part.coarse };
    from = part.to;
  }
}
