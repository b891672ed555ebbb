import type { Retention } from "../port.ts";
import { type SeriesStoreUnderTest, seriesContract } from "../series.contract.ts";
import { seriesAggregatesContract } from "../series-aggregates.contract.ts";
import { seriesHistoryContract } from "../series-history.contract.ts";
import { createMemorySeries } from "./memory-series.ts";

async function open(retention: Retention): Promise<SeriesStoreUnderTest> {
  const { writer, reader } = createMemorySeries(retention);
  return { writer, reader, remove: () => Promise.resolve() };
}

seriesContract("series in memory", open);
seriesAggregatesContract("series in memory", open);
seriesHistoryContract("series in memory", open);
