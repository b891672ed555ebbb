import { isLinliError } from "@linli/model";
import { identifier } from "../influx/names.ts";
import { databaseOf, type InfluxOptions, LEVELS } from "../influx/options.ts";
import {
  keptSeconds,
  loginStep,
  looking,
  missingStep,
  type Preparation,
  type PreparationStep,
  type PrepareOptions,
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

/** What gives the user its rights to the database of a level. */
function grant(options: InfluxOptions, level: Level): string {
  return `GRANT ALL ON ${identifier(databaseOf(options, level))} TO ${identifier(options.user ?? "linli")}`;
}

/** The default retention policy of a database; `undefined` when there is no such database. */
async function retentionOf(
  server: Influx1Server,
  database: string,
): Promise<{ readonly name: string; readonly seconds: number } | undefined> {
  try {
    const [policies] = await server.ask(`SHOW RETENTION POLICIES ON ${identifier(database)}`);
    const [series] = policies?.series ?? [];
    const isDefault = series?.columns.indexOf("default") ?? -1;
    const row = series?.values.find((values) => values[isDefault] === true);
    const cell = (column: string) => String(row?.[series?.columns.indexOf(column) ?? -1]);
    return row && { name: cell("name"), seconds: secondsOf(cell("duration")) };
  } catch (error) {
    if (isLinliError(error, "not-found")) return undefined;
    throw error;
  }
}

async function prepareLevel(server: Influx1Server, options: PrepareOptions, level: Level): Promise<PreparationStep> {
  const name = databaseOf(options, level);
  const what = `database ${name}`;
  const wanted = keptSeconds(options, level);
  const policy = await retentionOf(server, name);
  if (policy !== undefined) {
    const duration = wanted === 0 ? "INF" : `${wanted}s`;
    const command = `ALTER RETENTION POLICY ${identifier(policy.name)} ON ${identifier(name)} DURATION ${duration}`;
    return retentionStep({ what, has: policy.seconds, wanted, command });
  }
  if (options.create === false) return missingStep(what, creation(options, level));
  try {
    await server.ask(creation(options, level));
    return { what, is: "created", detail: "was not there" };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return missingStep(what, `${creation(options, level)}; ${grant(options, level)}`, error.message);
  }
}

/** Anybody who is let in may ask for this. */
async function refusedLogin(server: Influx1Server, { user }: InfluxOptions): Promise<PreparationStep | undefined> {
  try {
    await server.ask("SHOW DATABASES");
    return undefined;
  } catch (error) {
    const name = identifier(user ?? "linli");
    const make = `CREATE USER ${name} WITH PASSWORD '…'`;
    const change = user === undefined ? "" : `, or SET PASSWORD FOR ${name} = '…'`;
    return loginStep(
      error,
      `check LINLI_SERIES_USER and LINLI_SERIES_PASSWORD; an administrator makes the user with: ${make}${change}`,
    );
  }
}

/** For a database that cannot be used, or not even be seen: whether it is there is not told to everybody. */
export function rightsRemedy(options: InfluxOptions, level: Level): string {
  return `an administrator runs: ${grant(options, level)}; and before it, if it is not there: ${creation(options, level)}`;
}

/** Looks at the server and creates the databases that are not there. Rejects with `unavailable` when it does not answer. */
export async function prepareInflux1(server: Influx1Server, options: PrepareOptions): Promise<Preparation> {
  const version = await server.version();
  const wrong = versionStep(version, 1);
  if (wrong.is === "missing") return { version, steps: [wrong] };
  const steps = [wrong];
  const login = await refusedLogin(server, options);
  if (login !== undefined) return { version, steps: [...steps, login] };
  for (const level of LEVELS) {
    const what = `database ${databaseOf(options, level)}`;
    const look = () => prepareLevel(server, options, level);
    steps.push(await looking(what, look, rightsRemedy(options, level)));
  }
  return { version, steps };
}
