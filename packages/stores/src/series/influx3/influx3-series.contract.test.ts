import { influxSeriesContract } from "../influx/influx-series.contract.ts";
import { openInflux3SeriesReader, openInflux3SeriesWriter, prepareInflux3Server } from "./open.ts";

influxSeriesContract("influx3", {
  prepare: prepareInflux3Server,
  openWriter: openInflux3SeriesWriter,
  openReader: openInflux3SeriesReader,
});
