import type { Source } from "../parts/sources.ts";
import type { BoardQuery } from "./board-queries.ts";
import { type BoardValues, interpolate } from "./interpolate.ts";

/** An InfluxDB server of any generation, asked the way Grafana's data source asks it. */
export interface InfluxAsked {
  readonly url: string;
  /** The database or bucket of the raw readings. */
  readonly database: string;
  readonly user?: string;
  /** Password of 1.x, token of 2.x and 3. */
  readonly secret?: string;
}

const SUFFIX: Readonly<Record<Exclude<Source, "prometheus">, string>> = { raw: "", fiveMinutes: "_5m", hours: "_1h" };

interface Answer {
  readonly error?: string;
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly { readonly values?: readonly unknown[] }[];
  }[];
}

/** How many rows a query of a board returns. Rejects with what the server says when it does not take the query. */
export async function influxRows(server: InfluxAsked, query: BoardQuery, values: BoardValues): Promise<number> {
  if (query.source === "prometheus") throw new TypeError(`${query.name} is no question to InfluxDB`);
  const text = interpolate(query, values);
  const { url, database, user = "linli", secret } = server;
  const answer = await fetch(`${url}/query`, {
    method: "POST",
    headers: secret === undefined ? {} : { authorization: `Basic ${btoa(`${user}:${secret}`)}` },
    body: new URLSearchParams({ db: database + SUFFIX[query.source], epoch: "ms", q: text }),
  });
  const { error, results = [] } = (await answer.json()) as Answer;
  const refusal = error ?? results.find((result) => result.error !== undefined)?.error;
  if (refusal !== undefined) throw new Error(`${query.name}: ${refusal}: ${text}`);
  return results.flatMap(({ series = [] }) => series.flatMap((one) => one.values ?? [])).length;
}
