import { seriesContract } from "../series.contract.ts";
import { createMemorySeries } from "./memory-series.ts";

seriesContract("series in memory", async (retention) => {
  const { writer, reader } = createMemorySeries(retention);
  return { writer, reader, remove: () => Promise.resolve() };
});
