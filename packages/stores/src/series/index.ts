export { examineSeries, openSeriesReader, openSeriesWriter, type SeriesSettings } from "./choose.ts";
export * from "./history.ts";
export type { InfluxFinding } from "./influx/examine.ts";
export { createMemorySeries } from "./memory/memory-series.ts";
export * from "./port.ts";
export { openSqliteSeriesReader, type SqliteSeriesReaderOptions } from "./sqlite/reader.ts";
export { openSqliteSeriesWriter, type SqliteSeriesWriterOptions } from "./sqlite/writer.ts";
export { addValue, mergeSummary, type Summary, summaryOf } from "./summary.ts";
