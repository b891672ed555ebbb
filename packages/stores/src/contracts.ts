export { type JournalUnderTest, journalContract } from "./journal/journal.contract.ts";
export { SimulatedDisk } from "./journal/simulated-disk.ts";
export { type SeriesStoreUnderTest, seriesContract } from "./series/series.contract.ts";
export { seriesAggregatesContract } from "./series/series-aggregates.contract.ts";
export { seriesHistoryContract } from "./series/series-history.contract.ts";
export { stateContract } from "./state/state.contract.ts";
