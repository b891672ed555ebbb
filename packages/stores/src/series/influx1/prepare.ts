import { isLinliError } from "@linli/model";
import { identifier } from "../influx/names.ts";
import { databaseOf, type InfluxOptions, LEVELS } from "../influx/options.ts";
import {
  keptSeconds,
  looking,
  type Preparation,
  type PreparationStep,
  retentionStep,
  shardSeconds,
  versionStep,
} from "../influx/preparation.ts";
import type { Level } from "../influx/server.ts";
import type { Influx1Server } from "./server.ts";

/** Seconds of a duration as InfluxDB prints it: `2328h0m0s`. */
function secondsOf(duration: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration) ?? [];
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}

/** What creates the database of a level. */
function creation(options: InfluxOptions, level: Level): string {
  const kept = keptSeconds(options, level);
  const duration = kept === 0 ? "INF" : `${kept}s`;
  const shard = `SHARD DURATION ${shardSeconds(options, level)}s`;
  const name = identifier(databaseOf(options, level));
  return `CREATE DATABASE ${name} WITH DURATION ${duration} REPLICATION 1 ${shard} NAME "autogen"`;
}

async function retentionOf(server: Influx1Server, database: string): Promise<number | undefined> {
  try {
    const [policies] = await server.ask(`SHOW RETENTION POLICIES ON ${identifier(database)}`);
    const [series] = policies?.series ?? [];
    const isDefault = series?.columns.indexOf("default") ?? -1;
    const row = series?.values.find((values) => values[isDefault] === true);
    return row === undefined ? undefined : secondsOf(String(row[series?.columns.indexOf("duration") ?? -1]));
  } catch (error) {
    if (isLinliError(error, "not-found")) return undefined;
    throw error;
  }
}

async function prepareLevel(server: Influx1Server, options: InfluxOptions, level: Level): Promise<PreparationStep> {
  const what = `database ${databaseOf(options, level)}`;
  const kept = await retentionOf(server, databaseOf(options, level));
  if (kept !== undefined) return retentionStep(what, kept, keptSeconds(options, level));
  try {
    await server.ask(creation(options, level));
    return { what, is: "created", detail: "was not there" };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { what, is: "missing", detail: `an administrator must run: ${creation(options, level)} (${error.message})` };
  }
}

/** Looks at the server and creates the databases that are not there. Rejects with `unavailable` when it does not answer. */
export async function prepareInflux1(server: Influx1Server, options: InfluxOptions): Promise<Preparation> {
  const version = await server.version();
  const wrong = versionStep(version, 1);
  if (wrong.is === "missing") return { version, steps: [wrong] };
  const steps = [wrong];
  for (const level of LEVELS) {
    steps.push(await looking(`database ${databaseOf(options, level)}`, () => prepareLevel(server, options, level)));
  }
  return { version, steps };
}
