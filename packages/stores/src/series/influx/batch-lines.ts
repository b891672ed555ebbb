import type { SeriesOwner, SeriesPoint } from "../port.ts";
import { refusal } from "../refusal.ts";
import { type ColumnsOfKind, TOO_MANY_COLUMNS } from "./columns-of-kind.ts";
import type { DeviceMemory, FleetMemory, SeriesMemory } from "./device-memory.ts";
import { type Field, isCompanion, type Line, otherField, ownField, prefixOf } from "./line.ts";

/** What is known of one owner, worked out once. */
interface KnownOwner {
  readonly prefix: string;
  readonly device: DeviceMemory;
  readonly lane: number;
}

/** What a batch comes to. */
export interface BatchLines {
  /** By lane; the lines of one device are all in one. */
  readonly lanes: readonly (readonly Line[])[];
  readonly rejected: { readonly index: number; readonly reason: string }[];
  /** Overwrote another value in the batch, or the newest written. */
  readonly conflicts: number;
  /** Earlier points of the batch, by the index of the one that took their place. */
  readonly overwritten: ReadonlyMap<number, readonly number[]>;
  /** Everything in the batch was stored but for these. */
  stored(except: ReadonlyMap<number, unknown>): void;
}

interface Context {
  readonly fleet: FleetMemory;
  readonly columnsOf: (kind: string) => ColumnsOfKind;
  readonly lanes: number;
}

function laneOf(deviceId: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < deviceId.length; n++) hash = Math.imul(hash ^ deviceId.charCodeAt(n), 0x01000193);
  return (hash >>> 0) % lanes;
}

const isSame = (a: SeriesPoint, b: SeriesPoint) => Object.is(a.value, b.value) && !a.faulty === !b.faulty;

/** Turns batches of points into lines, each identity once. */
export class LineSorter {
  readonly #context: Context;
  readonly #owners = new WeakMap<SeriesOwner, KnownOwner>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** `oldest`: what lies before it is refused. */
  sort(batch: readonly SeriesPoint[], oldest: number): BatchLines {
    this.#context.fleet.trim();
    const lanes: Line[][] = Array.from({ length: this.#context.lanes }, () => []);
    const rejected: { index: number; reason: string }[] = [];
    const overwritten = new Map<number, number[]>();
    const touched: DeviceMemory[] = [];
    const written: Field[] = [];
    let conflicts = 0;
    let givenBy: SeriesOwner | undefined;
    let owner: KnownOwner | undefined;
    let line: Line | undefined;
    for (let index = 0; index < batch.length; index++) {
      const point = batch[index] as SeriesPoint;
      const reason = refusal(point) ?? tooOld(point.at, oldest);
      if (reason !== undefined) {
        rejected.push({ index, reason });
        continue;
      }
      // a message's values come together: same owner, same moment
      if (owner === undefined || point.owner !== givenBy) {
        givenBy = point.owner;
        owner = this.#ownerOf(point.owner);
        line = undefined;
      }
      const series = this.#context.fleet.series(owner.device, point.point);
      if (series === undefined) {
        rejected.push({ index, reason: TOO_MANY_COLUMNS });
        continue;
      }
      if (line?.at !== point.at) {
        const { device, prefix, lane } = owner;
        if (device.lines === undefined) {
          device.lines = new Map();
          touched.push(device);
        }
        line = device.lines.get(point.at);
        if (line === undefined) {
          line = { device, prefix, at: point.at, fields: [] };
          device.lines.set(point.at, line);
          lanes[lane]?.push(line);
        }
        line.prefix = prefix; // moved in between: one moment, one place
      }
      const text = fieldText(series, point);
      const known = fieldOf(line, series);
      if (known === undefined) {
        const field = { series, index, text };
        line.fields.push(field);
        written.push(field);
      } else {
        if (!isSame(batch[known.index] as SeriesPoint, point)) conflicts++;
        const before = overwritten.get(known.index) ?? [];
        overwritten.delete(known.index);
        overwritten.set(index, [...before, known.index]);
        known.index = index;
        known.text = text;
      }
    }
    for (const device of touched) device.lines = undefined;
    for (const { series, index } of written) {
      const { at, value, faulty = false } = batch[index] as SeriesPoint;
      if (at === series.newestAt && !(Object.is(series.newest, value) && series.faulty === faulty)) conflicts++;
    }
    return {
      lanes,
      rejected,
      conflicts,
      overwritten,
      stored(except) {
        for (const { series, index } of written) {
          if (except.has(index)) continue;
          series.device.isStored = true;
          const { at, value, faulty = false } = batch[index] as SeriesPoint;
          if (at < series.newestAt) continue;
          series.newestAt = at;
          series.newest = value;
          series.faulty = faulty;
        }
      },
    };
  }

  #ownerOf(owner: SeriesOwner): KnownOwner {
    const known = this.#owners.get(owner);
    if (known !== undefined) return known;
    const { fleet, columnsOf, lanes } = this.#context;
    const { deviceId } = owner;
    const device = fleet.device(deviceId, columnsOf(owner.kind));
    const fresh: KnownOwner = { prefix: prefixOf(owner), device, lane: laneOf(deviceId, lanes) };
    this.#owners.set(owner, fresh);
    return fresh;
  }
}

function tooOld(at: number, oldest: number): string | undefined {
  return at < oldest ? `${new Date(at).toISOString()} is older than the raw readings kept` : undefined;
}

function fieldOf({ fields }: Line, series: SeriesMemory): Field | undefined {
  for (let n = fields.length - 1; n >= 0; n--) {
    const field = fields[n] as Field;
    if (field.series === series) return field;
  }
  return undefined;
}

function fieldText(series: SeriesMemory, { at, value, faulty = false }: SeriesPoint): string {
  const { columns } = series;
  if (isCompanion(columns, value, faulty)) {
    if (at > series.companionAt) series.companionAt = at;
    return otherField(columns, value, faulty);
  }
  return ownField(columns, value, at <= series.companionAt || at <= columns.companionsUpTo);
}
