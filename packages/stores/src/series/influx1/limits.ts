import { isLinliError } from "@linli/model";
import type { InfluxFinding } from "../influx/examine.ts";
import { databaseOf, type InfluxOptions } from "../influx/options.ts";
import type { Influx1Server } from "./server.ts";

/** What a server has unless its configuration says otherwise. */
const USUAL_MOST_VALUES = 100_000;
/** From this part of the limit on it is time to raise it: a new device beyond it is refused. */
const NEAR = 0.8;

/** `max-values-per-tag` of the server; only an administrator may see it. 0 = none. */
async function mostValues(server: Influx1Server): Promise<number> {
  try {
    const [answer] = await server.ask("SHOW DIAGNOSTICS");
    const data = answer?.series.find(({ name }) => name === "config-data");
    const value = data?.values[0]?.[data.columns.indexOf("max-values-per-tag")];
    return typeof value === "number" ? value : USUAL_MOST_VALUES;
  } catch (error) {
    if (!isLinliError(error)) throw error;
    return USUAL_MOST_VALUES;
  }
}

/** How near the devices of a kind are to the most values that one tag may have. */
export async function limitsOf(server: Influx1Server, options: InfluxOptions): Promise<readonly InfluxFinding[]> {
  const what = "devices a kind";
  const most = await mostValues(server);
  const statement = 'SHOW TAG VALUES EXACT CARDINALITY WITH KEY = "device"';
  const [answer] = await server.ask(statement, databaseOf(options, "raw"));
  const counts = (answer?.series ?? []).map(({ name, values }) => ({ name, count: Number(values[0]?.[0] ?? 0) }));
  const [largest] = counts.toSorted((a, b) => b.count - a.count);
  if (largest === undefined || most === 0) return [];
  const detail = `${largest.count} of ${largest.name}; the server takes ${most}`;
  if (largest.count < NEAR * most) return [{ what, is: "fine", detail }];
  const remedy = "raise max-values-per-tag in [data] of influxdb.conf (0 = no limit) and start the server anew";
  return [{ what, is: largest.count >= most ? "missing" : "doubtful", detail, remedy }];
}
