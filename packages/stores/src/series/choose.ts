import { join } from "node:path";
import type { InfluxOptions } from "./influx/options.ts";
import type { Preparation } from "./influx/preparation.ts";
import { openInflux1SeriesReader, openInflux1SeriesWriter, prepareInflux1Server } from "./influx1/open.ts";
import { openInflux2SeriesReader, openInflux2SeriesWriter, prepareInflux2Server } from "./influx2/open.ts";
import { openInflux3SeriesReader, openInflux3SeriesWriter, prepareInflux3Server } from "./influx3/open.ts";
import type { Retention, SeriesReader, SeriesWriter } from "./port.ts";
import { openSqliteSeriesReader } from "./sqlite/reader.ts";
import { openSqliteSeriesWriter } from "./sqlite/writer.ts";

/** The settings that say which series store it is and how it is reached. */
export interface SeriesSettings {
  readonly LINLI_DATA_DIR: string;
  readonly LINLI_SERIES: "sqlite" | "influx1" | "influx2" | "influx3";
  readonly LINLI_SERIES_URL: string;
  readonly LINLI_SERIES_DATABASE: string;
  readonly LINLI_SERIES_ORG: string;
  readonly LINLI_SERIES_USER?: string | undefined;
  readonly LINLI_SERIES_PASSWORD?: string | undefined;
  readonly LINLI_SERIES_TOKEN?: string | undefined;
  readonly LINLI_SERIES_BATCH: number;
  readonly LINLI_SERIES_CONNECTIONS: number;
  readonly LINLI_SERIES_GZIP: boolean;
  readonly LINLI_SERIES_TIMEOUT: number;
  readonly LINLI_RETENTION_RAW: number;
  readonly LINLI_RETENTION_5M: number;
  readonly LINLI_RETENTION_1H: number;
}

function folderOf(settings: SeriesSettings): string {
  return join(settings.LINLI_DATA_DIR, "series");
}

function retentionOf(settings: SeriesSettings): Retention {
  return {
    rawMs: settings.LINLI_RETENTION_RAW,
    fiveMinutesMs: settings.LINLI_RETENTION_5M,
    hourMs: settings.LINLI_RETENTION_1H,
  };
}

function influxOptionsOf(settings: SeriesSettings): InfluxOptions {
  const { LINLI_SERIES_USER: user, LINLI_SERIES_PASSWORD: password, LINLI_SERIES_TOKEN: token } = settings;
  return {
    url: settings.LINLI_SERIES_URL,
    database: settings.LINLI_SERIES_DATABASE,
    org: settings.LINLI_SERIES_ORG,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(token !== undefined && { token }),
    gzip: settings.LINLI_SERIES_GZIP,
    timeoutMs: settings.LINLI_SERIES_TIMEOUT,
    batchLines: settings.LINLI_SERIES_BATCH,
    connections: settings.LINLI_SERIES_CONNECTIONS,
    retention: retentionOf(settings),
  };
}

const INFLUX = {
  influx1: { write: openInflux1SeriesWriter, read: openInflux1SeriesReader, prepare: prepareInflux1Server },
  influx2: { write: openInflux2SeriesWriter, read: openInflux2SeriesReader, prepare: prepareInflux2Server },
  influx3: { write: openInflux3SeriesWriter, read: openInflux3SeriesReader, prepare: prepareInflux3Server },
} as const;

/** The writer of the series store that the settings name. */
export async function openSeriesWriter(settings: SeriesSettings): Promise<SeriesWriter> {
  const { LINLI_SERIES: store } = settings;
  return store === "sqlite"
    ? openSqliteSeriesWriter({ dir: folderOf(settings), retention: retentionOf(settings) })
    : INFLUX[store].write(influxOptionsOf(settings));
}

/** The reader of the series store that the settings name. */
export async function openSeriesReader(settings: SeriesSettings): Promise<SeriesReader> {
  const { LINLI_SERIES: store } = settings;
  return store === "sqlite"
    ? openSqliteSeriesReader({ dir: folderOf(settings) })
    : INFLUX[store].read(influxOptionsOf(settings));
}

/**
 * Looks at the InfluxDB server that the settings name and creates its databases, as far as the rights go; `undefined` for
 * the embedded store, which needs nothing. Rejects with `unavailable` when it does not answer.
 */
export async function prepareSeries(settings: SeriesSettings): Promise<Preparation | undefined> {
  const { LINLI_SERIES: store } = settings;
  return store === "sqlite" ? undefined : INFLUX[store].prepare(influxOptionsOf(settings));
}
