import { type Connection, type DeviceKind, findPoint, type PointValue } from "@linli/model";

/** What happened to a device, in order, nothing late and nothing twice. Times: epoch ms. */
export interface Happened {
  readonly at: number;
  readonly values?: Readonly<Record<string, PointValue>>;
  readonly event?: string;
  readonly connection?: Connection;
}

/** A moment at which everything is asked: something happened, or time has passed. */
export interface Moment extends Happened {
  readonly state: Connection;
  readonly heardAt: number | undefined;
}

/** A point as it was known at a moment. */
export interface Known {
  readonly value: PointValue;
  readonly at: number;
  readonly changedAt: number;
  readonly usable: boolean;
  /** It may have been measured. */
  readonly inRange: boolean;
  /** It says what it cannot have measured, and may be heard. */
  readonly faulty: boolean;
  /** When it last said anything of use, or began to say nothing but what is faulty. */
  readonly spokeAt: number;
}

const MINUTE = 60_000;

/** Every moment of a history: what happened, and each whole minute (and just after it) between its ends. */
export function momentsOf(history: readonly Happened[], start: number, end: number): readonly Moment[] {
  const moments: Moment[] = [];
  let state: Connection = "online";
  let heardAt: number | undefined;
  const push = (happened: Happened) => moments.push({ ...happened, state, heardAt });
  for (let at = start; at <= end; at += MINUTE) {
    push({ at });
    for (const happened of history.filter((one) => one.at === at)) {
      const speaks = happened.values !== undefined || happened.event !== undefined;
      if (speaks) heardAt = at;
      const next: Connection = speaks ? "online" : (happened.connection ?? state);
      if (next !== state) {
        state = next;
        push({ at, connection: next });
      }
      if (speaks) push(happened);
      // an event is true for its moment and over with it
      if (happened.event !== undefined) push({ at });
    }
    push({ at: at + 1 });
  }
  return moments;
}

function inRange(kind: DeviceKind, point: string, value: PointValue): boolean {
  const range = findPoint(kind, point)?.range;
  return range === undefined || typeof value !== "number" || (value >= range[0] && value <= range[1]);
}

/** What is known of a point at the moment of this index. */
export function known(moments: readonly Moment[], index: number, { kind, point }: { kind: DeviceKind; point: string }) {
  const now = moments[index] as Moment;
  const said = moments.slice(0, index + 1).filter(({ values }) => values !== undefined && point in values);
  const last = said.at(-1);
  if (last?.values === undefined) return undefined;
  const value = last.values[point] as PointValue;
  const differs = said.findLastIndex(({ values }) => values?.[point] !== value);
  const cadence = findPoint(kind, point)?.cadence;
  const good = inRange(kind, point, value);
  const isStale = cadence !== undefined && good && now.at >= last.at + 3 * cadence;
  const usable = good && !isStale && now.state !== "offline";
  const lastGood = said.findLastIndex(({ values }) => inRange(kind, point, values?.[point] as PointValue));
  const spokeAt = (good ? last : (said[lastGood + 1] as Moment)).at;
  const changedAt = (said[differs + 1] as Moment).at;
  const faulty = !good && now.state !== "offline";
  return { value, at: last.at, changedAt, usable, inRange: good, faulty, spokeAt } satisfies Known;
}

/** All usable numbers that a point ever said until then. */
export function numbersOf(
  moments: readonly Moment[],
  index: number,
  { kind, point }: { kind: DeviceKind; point: string },
): (readonly [at: number, value: number])[] {
  return moments.slice(0, index + 1).flatMap(({ at, values }) => {
    const value = values?.[point];
    return typeof value === "number" && inRange(kind, point, value) ? [[at, value] as const] : [];
  });
}
