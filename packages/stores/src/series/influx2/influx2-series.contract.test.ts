import { influxSeriesContract } from "../influx/influx-series.contract.ts";
import { openInflux2SeriesReader, openInflux2SeriesWriter, prepareInflux2Server } from "./open.ts";

influxSeriesContract("influx2", {
  prepare: prepareInflux2Server,
  openWriter: openInflux2SeriesWriter,
  openReader: openInflux2SeriesReader,
});
