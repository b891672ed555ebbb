import type { Sample } from "../port.ts";
import type { Kinds, Since } from "./catalogue.ts";
import { declaredType, otherColumn, ownColumn } from "./columns.ts";
import { decodeName, identifier } from "./names.ts";
import { columnList, during, lastColumns, ofDevices, readMoment, rowsOf, TIME_BEGINS, TIME_ENDS } from "./queries.ts";
import { countColumn, rollUpMeasurement, summaryColumns, summaryOfRow } from "./roll-up-columns.ts";
import type { InfluxServer, Level, QueriedStatement } from "./server.ts";

/** A row in which the companion was emptied and nothing put in its place says nothing; the one before does. */
const NEWEST_ROWS = 8;
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

async function rawPoints(server: InfluxServer, { deviceId, kinds }: OfDevice, from: number): Promise<Found[]> {
  const when = during({ from, to: TIME_ENDS });
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

/** The names of all points ever stored for a device, in order. */
export async function readPoints(server: InfluxServer, of: OfDevice): Promise<string[]> {
  const [raw, rolledUp] = await Promise.all([rawPoints(server, of, TIME_BEGINS), rolledUpPoints(server, of)]);
  return [...new Set([...raw, ...rolledUp].map(({ point }) => point))].toSorted();
}

/** The newest reading of each point; when its raw readings are gone, the last good one that a roll-up kept. */
export async function readLast(
  server: InfluxServer,
  of: OfDevice & { readonly since: Since },
): Promise<Record<string, Sample>> {
  const [raw, rolledUp] = await Promise.all([rawPoints(server, of, of.since.raw), rolledUpPoints(server, of)]);
  const newest = await newestRaw(server, of.deviceId, { found: raw, from: of.since.raw });
  const gone = rolledUp.filter(({ point }) => !newest.has(point));
  for (const [point, sample] of await newestRolledUp(server, of.deviceId, gone)) newest.set(point, sample);
  return Object.fromEntries(newest);
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
    const declared = declaredType(decodeName(measurement), point);
    for (const [time, own, other] of rowsOf(answer)) {
      const read = readMoment(declared, own, other);
      if (read === undefined) continue;
      const at = Number(time);
      if (at > (newest.get(point)?.[0] ?? -1))
        newest.set(point, read.faulty ? [at, read.value, "faulty"] : [at, read.value]);
      break;
    }
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
    if (summary && summary.lastAt > (newest.get(point)?.[0] ?? -1)) newest.set(point, [summary.lastAt, summary.last]);
  }
  return newest;
}
