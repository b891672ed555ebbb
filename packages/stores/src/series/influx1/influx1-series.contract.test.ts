import { influxSeriesContract } from "../influx/influx-series.contract.ts";
import { openInflux1SeriesReader, openInflux1SeriesWriter, prepareInflux1Server } from "./open.ts";

influxSeriesContract("influx1", {
  prepare: prepareInflux1Server,
  openWriter: openInflux1SeriesWriter,
  openReader: openInflux1SeriesReader,
});
