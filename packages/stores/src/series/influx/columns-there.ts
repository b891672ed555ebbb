import type { ColumnsThere } from "./columns-of-kind.ts";
import { encodeName, identifier } from "./names.ts";
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
  const statements = companions.map(
    (name) => `SELECT last(${identifier(name)}) FROM ${measurement} WHERE time >= ${now}ms`,
  );
  const ahead = statements.length === 0 ? [] : await server.query("raw", statements.join("; "));
  const newest = companions.map((name, n) => {
    const [time] = ahead[n]?.series[0]?.values[0] ?? [];
    return [name, typeof time === "number" ? time : now] as const;
  });
  return { names, companionsUpTo: new Map(newest) };
}
