import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Retention } from "../port.ts";
import { type SeriesStoreUnderTest, seriesContract } from "../series.contract.ts";
import { seriesAggregatesContract } from "../series-aggregates.contract.ts";
import { seriesHistoryContract } from "../series-history.contract.ts";
import { SeriesHistory } from "./history.ts";
import { SeriesQueries } from "./queries.ts";
import { openSqliteSeriesWriter } from "./writer.ts";

// the queries themselves, without the worker thread around them: starting one takes longer than all the rest
async function open(retention: Retention): Promise<SeriesStoreUnderTest> {
  const dir = await mkdtemp(join(tmpdir(), "linli-series-"));
  const writer = await openSqliteSeriesWriter({ dir, retention });
  const queries = new SeriesQueries(dir);
  const history = new SeriesHistory(dir);
  return {
    writer,
    reader: {
      range: async (query) => queries.range(query),
      aggregate: async (query) => queries.aggregate(query),
      last: async (deviceId) => queries.last(deviceId),
      points: async (deviceId) => queries.points(deviceId),
      devices: async () => queries.devices(),
      keptSince: async () => history.keptSince(),
      readings: async (query) => history.readings(query),
      rollUps: async (level, query) => history.rollUps(level, query),
      close: async () => queries.close(),
    },
    async remove() {
      queries.close();
      history.close();
      await writer.close();
      await rm(dir, { recursive: true });
    },
  };
}

seriesContract("SQLite series", open);
seriesAggregatesContract("SQLite series", open);
seriesHistoryContract("SQLite series", open);
