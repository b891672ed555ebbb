import { during, rowsOf, TIME_BEGINS, TIME_ENDS } from "./queries.ts";
import type { InfluxServer, Level } from "./server.ts";
import { type FieldsLine, writeLines } from "./summary-lines.ts";

const DAY = 86_400_000;

/** What the store knows of itself, in the database of the hours. */
export interface Kept {
  /** Before this moment the level says nothing: retention has passed it. */
  readonly since: Readonly<Record<Level, number>>;
  /** Every hour before is rolled up; `undefined` when none ever was. */
  readonly through: number | undefined;
}

export const LATE = "linli_late";
const KEPT = "linli_kept";
const ROLLED_UP = "linli_roll_up";

const WHEN = during({ from: TIME_BEGINS, to: TIME_ENDS });
const ASKED = [
  ...(["raw", "5m", "1h"] as const).map(
    (level) => `SELECT max("since") FROM "${KEPT}" WHERE "level" = '${level}' AND ${WHEN}`,
  ),
  `SELECT max("through") FROM "${ROLLED_UP}" WHERE ${WHEN}`,
].join("; ");

export async function readKept(server: InfluxServer): Promise<Kept> {
  const [raw = 0, five = 0, hours = 0, through] = (await server.query("1h", ASKED)).map((statement) => {
    const newest = rowsOf(statement)[0]?.[1];
    return typeof newest === "number" ? newest : undefined;
  });
  return { since: { raw, "5m": five, "1h": hours }, through };
}

/** One row a day keeps what it says findable however long the store lives; `now` only says of which day. */
function lineAt(now: number, prefix: string, field: string): FieldsLine {
  return { prefix, fields: [field], at: now - (now % DAY) };
}

/**
 * Takes the places of what the store must be able to say, before readings take all that a server has (1.x,
 * `max-series-per-database`). Where there is none left any more, that is told by whoever needs one.
 */
export async function reserve(server: InfluxServer, now: number): Promise<void> {
  const prefixes = [LATE, ROLLED_UP, ...(["raw", "5m", "1h"] as const).map((level) => `${KEPT},level=${level}`)];
  const lines = prefixes.map((prefix) => lineAt(now, prefix, "reserved=1"));
  await writeLines(server, "1h", lines, { refused: () => {} });
}

export async function writeSince(server: InfluxServer, since: Partial<Kept["since"]>, now: number): Promise<void> {
  const lines = Object.entries(since).map(([level, at]) => lineAt(now, `${KEPT},level=${level}`, `since=${at}`));
  await writeLines(server, "1h", lines);
}

export async function writeThrough(server: InfluxServer, through: number, now: number): Promise<void> {
  await writeLines(server, "1h", [lineAt(now, ROLLED_UP, `through=${through}`)]);
}
