import { randomBytes } from "node:crypto";
import { INFLUX_PROVIDED_BY, type InfluxName, type InfluxUnderTest, influxServer, skipWithout } from "@linli/testing";
import { afterAll, beforeAll, describe } from "vitest";
import type { Retention, SeriesReader, SeriesWriter } from "../port.ts";
import { type SeriesStoreUnderTest, seriesContract } from "../series.contract.ts";
import { seriesAggregatesContract } from "../series-aggregates.contract.ts";
import { seriesHistoryContract } from "../series-history.contract.ts";
import type { InfluxOptions } from "./options.ts";

/** What opens the adapter of one generation. */
export interface InfluxFactories {
  readonly prepare: (options: InfluxOptions) => Promise<unknown>;
  readonly openWriter: (options: InfluxOptions) => Promise<SeriesWriter>;
  readonly openReader: (options: InfluxOptions) => Promise<SeriesReader>;
}

/** How a server under test is reached, with databases of its own. */
export function optionsFor(server: InfluxUnderTest, retention: Retention): InfluxOptions {
  const { url, org, token, user, password } = server;
  return {
    url,
    database: `t${randomBytes(6).toString("hex")}`,
    ...(org && { org }),
    ...(token && { token }),
    ...(user && { user }),
    ...(password && { password }),
    gzip: true,
    timeoutMs: 30_000,
    batchLines: 5_000,
    connections: 2,
    retention,
  };
}

/** The servers keep everything for good, so that moments of long ago can be written whenever the tests run. */
const FOR_GOOD: Retention = { rawMs: Infinity, fiveMinutesMs: Infinity, hourMs: Infinity };

/** The contract of series stores, on a real server of that generation. */
export function influxSeriesContract(name: InfluxName, { prepare, openWriter, openReader }: InfluxFactories): void {
  const here = influxServer(name);
  describe.skipIf(skipWithout(`${name} (${INFLUX_PROVIDED_BY[name]})`, here !== undefined))(name, () => {
    let server: InfluxUnderTest;
    beforeAll(async () => {
      server = await (here as NonNullable<typeof here>).start();
    });
    afterAll(() => server?.stop());

    const open = async (retention: Retention): Promise<SeriesStoreUnderTest> => {
      const options = optionsFor(server, retention);
      await prepare({ ...options, retention: FOR_GOOD });
      const writer = await openWriter(options);
      const reader = await openReader({ ...options, cacheMs: 0 });
      return {
        writer,
        reader,
        conflictsSeen: "newest",
        async remove() {
          await reader.close();
          await writer.close();
        },
      };
    };
    seriesContract(`${name} series`, open);
    seriesAggregatesContract(`${name} series`, open);
    seriesHistoryContract(`${name} series`, open);
  });
}
