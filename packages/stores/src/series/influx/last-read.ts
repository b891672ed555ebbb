import type { PointType } from "@linli/model";
import type { Sample } from "../port.ts";
import type { Kinds, Since } from "./catalogue.ts";
import { declaredType, otherColumn, ownColumn } from "./columns.ts";
import { decodeName, identifier } from "./names.ts";
import {
  columnList,
  during,
  lastColumns,
  ofDevices,
  type Row,
  readMoment,
  rowsOf,
  TIME_BEGINS,
  TIME_ENDS,
} from "./queries.ts";
import { countColumn, rollUpMeasurement, summaryColumns, summaryOfRow } from "./roll-up-columns.ts";
import type { InfluxServer, Level, QueriedStatement } from "./server.ts";

/** A row in which the companion was emptied and nothing put in its place says nothing; the one before does. */
const NEWEST_ROWS = 16;
/** Columns of a row that are no point. */
const NO_POINT: ReadonlySet<string> = new Set(["time", "device", "community", "compound", "building"]);
const STATEMENTS_A_REQUEST = 60;
const ALWAYS = { from: TIME_BEGINS, to: TIME_ENDS };

interface OfDevice {
  readonly deviceId: string;
  readonly kinds: Kinds;
}

/** A point, and the measurement that it is found in. */
interface Found {
  readonly point: string;
  readonly measurement: string;
}

function keyOf({ point, measurement }: Found): string {
  return JSON.stringify([point, measurement]);
}

export interface PointsThere {
  readonly raw: readonly Found[];
  readonly rolledUp: readonly Found[];
}

async function ask(server: InfluxServer, level: Level, statements: readonly string[]): Promise<QueriedStatement[]> {
  const answers: QueriedStatement[] = [];
  for (let next = 0; next < statements.length; next += STATEMENTS_A_REQUEST) {
    const part = statements.slice(next, next + STATEMENTS_A_REQUEST).join("; ");
    answers.push(...(await server.query(level, part)));
  }
  return answers;
}

/** The point of a raw column or of a roll-up's column. */
function pointOf(column: string): string {
  const end = column.indexOf(":");
  return decodeName(end < 0 ? column : column.slice(0, end));
}

async function rawPoints(server: InfluxServer, { deviceId, kinds }: OfDevice): Promise<Found[]> {
  const when = during(ALWAYS);
  const answers = await ask(
    server,
    "raw",
    kinds.raw.map((name) => `SELECT last(*) FROM ${identifier(name)} WHERE ${ofDevices(deviceId)} AND ${when}`),
  );
  return distinct(kinds.raw, answers);
}

async function rolledUpPoints(server: InfluxServer, { deviceId, kinds }: OfDevice): Promise<Found[]> {
  const answers = await ask(
    server,
    "1h",
    kinds.rolledUp.map((name) => {
      const table = identifier(rollUpMeasurement(decodeName(name), "1h"));
      return `SELECT last(/:count$/) FROM ${table} WHERE ${ofDevices(deviceId)} AND ${during(ALWAYS)}`;
    }),
  );
  return distinct(kinds.rolledUp, answers);
}

function distinct(measurements: readonly string[], answers: readonly QueriedStatement[]): Found[] {
  return measurements.flatMap((measurement, index) =>
    [...new Set(lastColumns(answers[index]).map(pointOf))].map((point) => ({ point, measurement })),
  );
}

/** The points ever stored for a device, and where. */
export async function readPoints(server: InfluxServer, of: OfDevice): Promise<PointsThere> {
  const [raw, rolledUp] = await Promise.all([rawPoints(server, of), rolledUpPoints(server, of)]);
  return { raw, rolledUp };
}

/** The newest reading of each point; when its raw readings are gone, the last good one that a roll-up kept. */
export async function readLast(
  server: InfluxServer,
  of: OfDevice & { readonly since: Since; readonly recently: number; readonly points: () => Promise<PointsThere> },
): Promise<Record<string, Sample>> {
  const { deviceId, since } = of;
  const [{ newest, met }, { raw, rolledUp }] = await Promise.all([newestRows(server, of), of.points()]);
  // a device that changed its kind may have a newer one under the other, further back than these rows
  const missing = raw.filter((found) => !met.has(keyOf(found)));
  keepNewer(newest, await newestRaw(server, deviceId, { found: missing, from: since.raw }));
  const gone = rolledUp.filter(({ point }) => !newest.has(point));
  keepNewer(newest, await newestRolledUp(server, deviceId, gone));
  return Object.fromEntries(newest);
}

function keepNewer(newest: Map<string, Sample>, others: ReadonlyMap<string, Sample>): void {
  for (const [point, sample] of others) if (sample[0] > (newest.get(point)?.[0] ?? -1)) newest.set(point, sample);
}

/** What is in the newest rows of the last days: most of it, in one question that touches few of the server's files. */
async function newestRows(
  server: InfluxServer,
  { deviceId, kinds, since, recently }: OfDevice & { readonly since: Since; readonly recently: number },
): Promise<{ readonly newest: Map<string, Sample>; readonly met: ReadonlySet<string> }> {
  const when = during({ from: Math.max(since.raw, recently), to: TIME_ENDS });
  const where = `${ofDevices(deviceId)} AND ${when} ORDER BY time DESC LIMIT ${NEWEST_ROWS}`;
  const statements = kinds.raw.map((measurement) => `SELECT * FROM ${identifier(measurement)} WHERE ${where}`);
  const newest = new Map<string, Sample>();
  const met = new Set<string>();
  for (const [index, answer] of (await ask(server, "raw", statements)).entries()) {
    const measurement = kinds.raw[index] as string;
    const kind = decodeName(measurement);
    for (const { columns, values } of answer.series) {
      for (const point of new Set(columns.filter((column) => !NO_POINT.has(column)).map(pointOf))) {
        const places = { own: columns.indexOf(ownColumn(point)), other: columns.indexOf(otherColumn(point)) };
        const sample = newestOf(declaredType(kind, point), values, places);
        if (sample === undefined) continue;
        met.add(keyOf({ point, measurement }));
        keepNewer(newest, new Map([[point, sample]]));
      }
    }
  }
  return { newest, met };
}

/** The first moment of rows, newest first, that says anything. */
function newestOf(
  declared: PointType,
  rows: readonly Row[],
  { own, other }: { readonly own: number; readonly other: number },
): Sample | undefined {
  for (const row of rows) {
    const read = readMoment(declared, row[own], row[other]);
    const at = Number(row[0]);
    if (read !== undefined) return read.faulty ? [at, read.value, "faulty"] : [at, read.value];
  }
  return undefined;
}

async function newestRaw(
  server: InfluxServer,
  deviceId: string,
  { found, from }: { readonly found: readonly Found[]; readonly from: number },
): Promise<Map<string, Sample>> {
  const newest = new Map<string, Sample>();
  const when = `${ofDevices(deviceId)} AND ${during({ from, to: TIME_ENDS })} ORDER BY time DESC LIMIT ${NEWEST_ROWS}`;
  const statements = found.map(({ point, measurement }) => {
    const columns = columnList([ownColumn(point), otherColumn(point)]);
    return `SELECT ${columns} FROM ${identifier(measurement)} WHERE ${when}`;
  });
  for (const [index, answer] of (await ask(server, "raw", statements)).entries()) {
    const { point, measurement } = found[index] as Found;
    const sample = newestOf(declaredType(decodeName(measurement), point), rowsOf(answer), { own: 1, other: 2 });
    if (sample) keepNewer(newest, new Map([[point, sample]]));
  }
  return newest;
}

async function newestRolledUp(
  server: InfluxServer,
  deviceId: string,
  found: readonly Found[],
): Promise<Map<string, Sample>> {
  const newest = new Map<string, Sample>();
  const statements = found.map(({ point, measurement }) => {
    const table = identifier(rollUpMeasurement(decodeName(measurement), "1h"));
    const left = `${identifier(countColumn(point))} > 0 AND ${during(ALWAYS)}`;
    const source = `SELECT ${columnList(summaryColumns(point))} FROM ${table} WHERE ${ofDevices(deviceId)}`;
    return `${source} AND ${left} ORDER BY time DESC LIMIT 1`;
  });
  for (const [index, answer] of (await ask(server, "1h", statements)).entries()) {
    const { point, measurement } = found[index] as Found;
    const [row] = rowsOf(answer);
    const summary = row && summaryOfRow(declaredType(decodeName(measurement), point), row);
    if (summary) keepNewer(newest, new Map([[point, [summary.lastAt, summary.last]]]));
  }
  return newest;
}
