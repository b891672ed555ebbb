import { join } from "node:path";
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

/** The writer of the series store that the settings name. */
export async function openSeriesWriter(settings: SeriesSettings): Promise<SeriesWriter> {
  return openSqliteSeriesWriter({ dir: folderOf(settings), retention: retentionOf(settings) });
}

/** The reader of the series store that the settings name. */
export async function openSeriesReader(settings: SeriesSettings): Promise<SeriesReader> {
  return openSqliteSeriesReader({ dir: folderOf(settings) });
}
