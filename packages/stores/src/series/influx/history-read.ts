import type { PointType } from "@linli/model";
import { assertRange } from "../aggregate-query.ts";
import type { Bucket, HistoryPage, HistoryQuery, StoredSeries } from "../history.ts";
import type { Sample, SeriesOwner } from "../port.ts";
import { declaredType } from "./columns.ts";
import { readKept } from "./kept.ts";
import { decodeName, identifier } from "./names.ts";
import { columnList, during, isKind, ofDevices, type Row, readMoment, rowsOf, type Stretch } from "./queries.ts";
import { kindMeasurement, type RollUpLevel, summaryColumns, summaryOfRow } from "./roll-up-columns.ts";
import type { InfluxServer, Level, QueriedSeries } from "./server.ts";

const BY_SERIES = `GROUP BY ${columnList(["building", "community", "compound", "device"])}`;
/** Cells that an answer shall have: some MB, and about so many as fill a page. */
const MOST_CELLS = 200_000;
const CELLS_AN_ENTRY = 4;
/** Each series costs the server something, however little of it is asked: with many of them answers may be larger. */
const ROWS_WORTH_ASKING = 16;
const LARGEST_CELLS = 3_000_000;
/** It may have so many times as many where readings suddenly crowd. */
const SURPRISE = 10;
const LEAST_ROWS = 2;
/** Before anything is known of a level. */
const FIRST_WINDOW_MS = 1_000;
const FIRST_CELLS_A_ROW = 100_000;
/** Up to so many devices are asked for by name; of more, all are read and sieved. */
const FEW_DEVICES = 60;
const OTHER = ":other";

/** Takes the entries of one row out of it. */
type Take<Entry> = (row: Row, call: (point: string, type: PointType, entry: Entry) => void) => void;

/** What can be read of the rows that have these columns. */
type Form<Entry> = (kind: string, columns: readonly string[]) => Take<Entry>;

const READINGS: Form<Sample> = (kind, columns) => {
  const at = new Map(columns.map((column, index) => [column, index]));
  const own = columns.filter((column) => column !== "time" && !column.endsWith(OTHER));
  const alone = columns.filter((column) => column.endsWith(OTHER)).map((column) => column.slice(0, -OTHER.length));
  const points = [...new Set([...own, ...alone])].map((column) => {
    const point = decodeName(column);
    const indexes = { own: at.get(column) ?? -1, other: at.get(column + OTHER) ?? -1 };
    return { point, declared: declaredType(kind, point), ...indexes };
  });
  return (row, call) => {
    for (const { point, declared, own: mine, other } of points) {
      const read = readMoment(declared, row[mine], row[other]);
      if (read === undefined) continue;
      const time = Number(row[0]);
      call(point, declared, read.faulty ? [time, read.value, "faulty"] : [time, read.value]);
    }
  };
};

const BUCKETS: Form<Bucket> = (kind, columns) => {
  const at = new Map(columns.map((column, index) => [column, index]));
  const names = columns.flatMap((column) => (column.endsWith(":count") ? [column.slice(0, -":count".length)] : []));
  const points = names.map((name) => {
    const point = decodeName(name);
    return {
      point,
      declared: declaredType(kind, point),
      indexes: summaryColumns(point).map((one) => at.get(one) ?? -1),
    };
  });
  return (row, call) => {
    const [start = 0] = row;
    for (const { point, declared, indexes } of points) {
      const summary = summaryOfRow(declared, [start, ...indexes.map((index) => row[index] ?? null)]);
      if (summary !== undefined) call(point, declared, { start: Number(start), summary });
    }
  };
};

interface Window {
  readonly stretch: Stretch;
  /** Kinds by their measurements. */
  readonly kinds: ReadonlyMap<string, string>;
  /** Absent = all devices. */
  readonly which: readonly string[] | undefined;
  /** That the answer shall have. */
  readonly cells: number;
}

/** What is known of a level's density, for the size of the next question. */
interface Pace {
  windowMs: number;
  /** Cells that one row of every series has together. */
  cellsARow: number;
}

/** Reads whole levels in order of time: all series of a window, as wide as keeps the answer small. */
export class HistoryRead {
  readonly #server: InfluxServer;
  readonly #paces = new Map<Level, Pace>();

  constructor(server: InfluxServer) {
    this.#server = server;
  }

  async readings(query: HistoryQuery): Promise<HistoryPage<Sample>> {
    const { since } = await readKept(this.#server);
    const stretch = { from: Math.max(query.from, since.raw), to: query.to };
    return this.#page("raw", { ...query, ...stretch }, READINGS);
  }

  async rollUps(level: RollUpLevel, query: HistoryQuery): Promise<HistoryPage<Bucket>> {
    const { since } = await readKept(this.#server);
    const stretch = { from: Math.max(query.from, since[level]), to: Math.min(query.to, since.raw) };
    return this.#page(level, { ...query, ...stretch }, BUCKETS);
  }

  async #page<Entry>(level: Level, query: HistoryQuery, form: Form<Entry>): Promise<HistoryPage<Entry>> {
    const { from, to, limit, devices } = query;
    assertRange({ deviceId: "", points: [], from, to, limit });
    const gathered = new Gathered(form, devices);
    const kinds = from < to ? await this.#kinds(level) : new Map<string, string>();
    const which = devices && devices.size <= FEW_DEVICES ? [...devices] : undefined;
    if (kinds.size === 0 || which?.length === 0) return gathered.page(undefined);
    const cells = Math.min(MOST_CELLS, CELLS_AN_ENTRY * limit);
    for (let next = from; next < to; ) {
      next = await this.#window(level, { stretch: { from: next, to }, kinds, which, cells }, gathered);
      if (gathered.count >= limit && next < to) return gathered.page(next);
    }
    return gathered.page(undefined);
  }

  /** The kinds of a level by the measurements that they stand under. */
  async #kinds(level: Level): Promise<Map<string, string>> {
    const [answer] = await this.#server.query(level, "SHOW MEASUREMENTS");
    const names = rowsOf(answer).map(([name]) => String(name));
    return new Map(
      names.flatMap((name) => {
        const encoded = level === "raw" ? (isKind(name) ? name : undefined) : kindMeasurement(name, level);
        return encoded === undefined ? [] : [[name, decodeName(encoded)]];
      }),
    );
  }

  /** Reads the next window; answers up to where it is complete. */
  async #window<Entry>(level: Level, asked: Window, gathered: Gathered<Entry>): Promise<number> {
    const { stretch, kinds, which, cells } = asked;
    const pace = this.#paces.get(level) ?? { windowMs: FIRST_WINDOW_MS, cellsARow: FIRST_CELLS_A_ROW };
    this.#paces.set(level, pace);
    const end = Math.min(stretch.to, stretch.from + pace.windowMs);
    const rows = Math.max(LEAST_ROWS, Math.floor((SURPRISE * cells) / pace.cellsARow));
    const where = `${which ? `${ofDevices(...which)} AND ` : ""}${during({ from: stretch.from, to: end })}`;
    const statements = [...kinds.keys()].map(
      (name) => `SELECT * FROM ${identifier(name)} WHERE ${where} ${BY_SERIES} LIMIT ${rows}`,
    );
    const all = (await this.#server.query(level, statements.join("; "))).flatMap(({ series }) => series);
    // a series cut off is complete up to its last row: there the next window begins
    const complete = all.reduce(
      (least, { values }) => (values.length < rows ? least : Math.min(least, Number(values.at(-1)?.[0]))),
      end,
    );
    for (const series of all) gathered.add(kinds.get(series.name) ?? "", series, complete);
    adapt(pace, all, { windowMs: complete - stretch.from, isCut: complete < end, wanted: cells });
    return complete;
  }
}

function adapt(
  pace: Pace,
  all: readonly QueriedSeries[],
  seen: { windowMs: number; isCut: boolean; wanted: number },
): void {
  const cells = all.reduce((sum, { values, columns }) => sum + values.length * columns.length, 0);
  if (all.length > 0) pace.cellsARow = all.reduce((sum, { columns }) => sum + columns.length, 0);
  const worth = Math.min(LARGEST_CELLS, ROWS_WORTH_ASKING * pace.cellsARow);
  const wanted = seen.wanted < MOST_CELLS ? seen.wanted : Math.max(seen.wanted, worth);
  if (seen.isCut) pace.windowMs = seen.windowMs;
  else if (cells === 0) pace.windowMs *= 4;
  else if (cells < wanted / 2) pace.windowMs *= 2;
  else if (cells > 2 * wanted) pace.windowMs = Math.ceil(pace.windowMs / 2);
}

interface Piece<Entry> extends StoredSeries<Entry> {
  readonly entries: Entry[];
}

/** What a page has so far, by series and point. */
class Gathered<Entry> {
  readonly #form: Form<Entry>;
  readonly #devices: ReadonlySet<string> | undefined;
  readonly #forms = new Map<string, Take<Entry>>();
  readonly #series = new Map<string, { readonly owner: SeriesOwner; readonly points: Map<string, Piece<Entry>> }>();
  count = 0;

  constructor(form: Form<Entry>, devices: ReadonlySet<string> | undefined) {
    this.#form = form;
    this.#devices = devices;
  }

  /** Adds the rows of one series of that kind that lie before `end`. */
  add(kind: string, { name, tags = {}, columns, values }: QueriedSeries, end: number): void {
    const key = JSON.stringify([name, tags]);
    let known = this.#series.get(key);
    if (known === undefined) {
      // bookkeeping of the store's own
      if (!tags.device) return;
      const tag = (called: string) => decodeName(tags[called] ?? "");
      const places = { community: tag("community"), compound: tag("compound"), building: tag("building") };
      known = { owner: { deviceId: tag("device"), kind, ...places }, points: new Map() };
      if (this.#devices?.has(known.owner.deviceId) === false) return;
      this.#series.set(key, known);
    }
    const { owner, points } = known;
    const take = this.#takeOf(kind, columns);
    for (const row of values) {
      if (Number(row[0]) >= end) return;
      take(row, (point, type, entry) => {
        const piece = points.get(point);
        if (piece) piece.entries.push(entry);
        else points.set(point, { deviceId: owner.deviceId, point, type, owner, entries: [entry] });
        this.count++;
      });
    }
  }

  /** All series of a statement have the same columns: they are looked at once. Another window may have others. */
  #takeOf(kind: string, columns: readonly string[]): Take<Entry> {
    const key = JSON.stringify([kind, ...columns]);
    const known = this.#forms.get(key) ?? this.#form(kind, columns);
    this.#forms.set(key, known);
    return known;
  }

  page(next: number | undefined): HistoryPage<Entry> {
    const series = [...this.#series.values()].flatMap(({ points }) => [...points.values()]);
    return next === undefined ? { series } : { series, next };
  }
}
