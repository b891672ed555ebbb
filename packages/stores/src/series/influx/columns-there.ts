import type { ColumnsThere } from "./columns-of-kind.ts";
import { encodeName, identifier } from "./names.ts";
import { during, rowsOf, TIME_ENDS } from "./queries.ts";
import type { InfluxServer } from "./server.ts";

/** Companion columns end with it; see columns.ts. */
const OTHER = ":other";

/**
 * What the database has of a kind when this process begins to write it. Until now somebody else may have written companions
 * at any moment before, and at the moments after it that are found here.
 */
export async function columnsThere(server: InfluxServer, kind: string, now: number): Promise<ColumnsThere> {
  const measurement = identifier(encodeName(kind));
  const [keys] = await server.query("raw", `SHOW FIELD KEYS FROM ${measurement}`);
  const names = new Set(keys?.series.flatMap(({ values }) => values.map(([name]) => String(name))));
  const companions = [...names].filter((name) => name.endsWith(OTHER));
  const companionsUpTo = new Map<string, number>();
  // one after the other: the server opens every series for each, and an answer is waited for only so long
  for (const name of companions) {
    const statement = `SELECT last(${identifier(name)}) FROM ${measurement} WHERE ${during({ from: now, to: TIME_ENDS })}`;
    const [ahead] = await server.query("raw", statement);
    const [time] = rowsOf(ahead)[0] ?? [];
    companionsUpTo.set(name, typeof time === "number" ? time : now);
  }
  return { names, companionsUpTo };
}
