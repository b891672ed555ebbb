import { join } from "node:path";
import type { InfluxFinding } from "./influx/examine.ts";
import type { InfluxOptions } from "./influx/options.ts";
import { examineInflux1Server, openInflux1SeriesReader, openInflux1SeriesWriter } from "./influx1/open.ts";
import { examineInflux2Server, openInflux2SeriesReader, openInflux2SeriesWriter } from "./influx2/open.ts";
import { examineInflux3Server, openInflux3SeriesReader, openInflux3SeriesWriter } from "./influx3/open.ts";
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
  influx1: {
    write: openInflux1SeriesWriter,
    read: openInflux1SeriesReader,
    examine: examineInflux1Server,
  },
  influx2: {
    write: openInflux2SeriesWriter,
    read: openInflux2SeriesReader,
    examine: examineInflux2Server,
  },
  influx3: {
    write: openInflux3SeriesWriter,
    read: openInflux3SeriesReader,
    examine: examineInflux3Server,
  },
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
 * What is wrong with the InfluxDB server that the settings name, and what to do about it; `undefined` for the embedded
 * store. `create`: databases that are missing are made, as far as the rights go.
 */
export async function examineSeries(
  settings: SeriesSettings,
  { create }: { readonly create: boolean },
): Promise<readonly InfluxFinding[] | undefined> {
  const { LINLI_SERIES: store } = settings;
  return store === "sqlite" ? undefined : INFLUX[store].examine({ ...influxOptionsOf(settings), create });
}
