import type { Stats } from "@linli/model";
import type { IngestDetails } from "@linli/runtime";
import {
  type FaultProxy,
  FIRST_SERIAL,
  type InfluxName,
  type InfluxUnderTest,
  influxServer,
  type RawPublisher,
  startFaultProxy,
} from "@linli/testing";
import { demand, statusOf } from "../support/enrolment.ts";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";
import type { Fault } from "./fault.ts";
import { drained } from "./load.ts";

/** The servers that the faults of the series store are run against. */
export const SERVERS = ["influx1", "influx2"] as const satisfies readonly InfluxName[];
export const DATABASE = "linli";
/** Ticks alone keep it a little behind. */
const CAUGHT_UP_RECORDS = 20;

/** The real processes, storing in a real InfluxDB of their own, with a proxy in between. */
export interface InfluxSite {
  readonly influx: InfluxUnderTest;
  readonly proxy: FaultProxy;
  readonly platform: Platform;
  dispose(): Promise<void>;
}

/** What a fault needs that breaks such a server. */
export function needsServer(name: InfluxName): NonNullable<Fault["needs"]> {
  return { part: name, isThere: () => influxServer(name)?.ours === true };
}

export async function startInfluxSite(
  name: InfluxName,
  environment: Readonly<Record<string, string>> = {},
): Promise<InfluxSite> {
  const here = influxServer(name);
  if (!here) throw new Error(`no ${name} on this machine`);
  const influx = await here.start();
  const proxy = await startFaultProxy(influx.url);
  const end = async () => {
    await proxy.close();
    await influx.stop();
  };
  const { org, token, user, password } = influx;
  const reached = {
    LINLI_SERIES: name,
    LINLI_SERIES_URL: proxy.url,
    LINLI_SERIES_DATABASE: DATABASE,
    ...(org && { LINLI_SERIES_ORG: org }),
    ...(token && { LINLI_SERIES_TOKEN: token }),
    ...(user && { LINLI_SERIES_USER: user }),
    ...(password && { LINLI_SERIES_PASSWORD: password }),
  };
  try {
    const platform = await startPlatform({ environment: { ...reached, ...environment } });
    const dispose = async () => {
      await platform.dispose();
      await end();
    };
    return { influx, proxy, platform, dispose };
  } catch (error) {
    await end();
    throw error;
  }
}

type Row = readonly (string | number | boolean | null)[];

/** Asks the server itself, past the proxy; the rows of every series, times in epoch ms. */
export async function ask({ url, token, user, password }: InfluxUnderTest, q: string): Promise<Row[]> {
  const basic = Buffer.from(`${user ?? ""}:${password ?? ""}`).toString("base64");
  const authorization = token ? `Token ${token}` : user ? `Basic ${basic}` : undefined;
  const body = new URLSearchParams({ db: DATABASE, epoch: "ms", q });
  const answer = await fetch(`${url}/query`, {
    method: "POST",
    body,
    headers: { ...(authorization && { authorization }) },
  });
  const text = await answer.text();
  const { results = [] } = JSON.parse(text) as { results?: { series?: { values: Row[] }[]; error?: string }[] };
  if (!answer.ok || results.some(({ error }) => error)) throw new Error(`${q}: ${answer.status} ${text}`);
  return results.flatMap(({ series = [] }) => series.flatMap(({ values }) => values));
}

/** The serials of a device that stand in the database, over all measurements and tags, as often as they do. */
export function serialsIn(influx: InfluxUnderTest) {
  return async (deviceId: string, publisher: RawPublisher): Promise<number[]> => {
    const from = publisher.timeOf(FIRST_SERIAL);
    const to = publisher.timeOf(FIRST_SERIAL + publisher.sent);
    const q = `SELECT "serial" FROM /.+/ WHERE "device" = '${deviceId}' AND time >= ${from}ms AND time <= ${to}ms`;
    return (await ask(influx, q)).map(([, serial]) => Number(serial));
  };
}

/** Messages in the journal that are not in the series store yet. */
export async function backlogOf(platform: Platform): Promise<number> {
  return (await statusOf<IngestDetails>(platform, "ingest")).details.archive.lag;
}

/** Resolves once everything is archived, however long it takes; rejects when it stands still. Answers the seconds. */
export async function caughtUp(platform: Platform): Promise<number> {
  const begun = performance.now();
  let backlog = Number.POSITIVE_INFINITY;
  while (backlog > CAUGHT_UP_RECORDS) {
    backlog = await eventually("the archive goes on", async () => {
      const left = await backlogOf(platform);
      return left < backlog || left <= CAUGHT_UP_RECORDS ? left : undefined;
    });
  }
  const seconds = (performance.now() - begun) / 1_000;
  await drained(platform);
  return seconds;
}

/** Resident memory of the processes on the way of a message. */
export async function memoryOf(platform: Platform): Promise<Readonly<Record<"broker" | "ingest" | "api", number>>> {
  const { processes } = await demand<Stats>(platform, "GET", "/api/v1/stats");
  const bytes = (name: string) => processes[name]?.rssBytes ?? 0;
  return { broker: bytes("broker"), ingest: bytes("ingest"), api: bytes("api") };
}
