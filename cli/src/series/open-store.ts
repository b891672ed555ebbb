import { access } from "node:fs/promises";
import { join } from "node:path";
import { isLinliError, LinliError } from "@linli/model";
import { type LocalServer, type Settings, selfDescription, serveLocal, socketPath, systemClock } from "@linli/runtime";
import {
  openSeriesReader,
  openSeriesWriter,
  openSqliteSeriesReader,
  openSqliteSeriesWriter,
  type SeriesReader,
  type SeriesWriter,
} from "@linli/stores";
import { dataFolderOf, type StoreAddress } from "./store-address.ts";

/** The settings as they would be for that store. */
export function settingsFor(address: StoreAddress, settings: Settings): Settings {
  if (address.type === "sqlite") return { ...settings, LINLI_SERIES: "sqlite" };
  const { type, url, database, org, credentials } = address;
  const { LINLI_SERIES_USER: _user, LINLI_SERIES_PASSWORD: _password, LINLI_SERIES_TOKEN: _token, ...rest } = settings;
  return {
    ...rest,
    LINLI_SERIES: type,
    LINLI_SERIES_URL: url,
    LINLI_SERIES_DATABASE: database,
    LINLI_SERIES_ORG: org,
    ...(credentials.user !== undefined && { LINLI_SERIES_USER: credentials.user }),
    ...(credentials.password !== undefined && { LINLI_SERIES_PASSWORD: credentials.password }),
    ...(credentials.token !== undefined && { LINLI_SERIES_TOKEN: credentials.token }),
  };
}

/** Opens a store for reading. Fails with `not-found` for a folder without series files. */
export async function openReader(address: StoreAddress, settings: Settings): Promise<SeriesReader> {
  if (address.type !== "sqlite") return openSeriesReader(settingsFor(address, settings));
  await access(join(address.dir, "catalogue.db")).catch(() => {
    throw new LinliError("not-found", `${address.dir} holds no series files`);
  });
  return openSqliteSeriesReader({ dir: address.dir, workers: 2 });
}

/** Those that write a folder's series files, or start what does. */
const HOLDERS = ["supervisor", "ingest"] as const;

/** Keeps the platform from starting on the folder as long as it is written here. */
async function lock(dir: string): Promise<LocalServer[]> {
  const folder = dataFolderOf(dir);
  const status = () => ({ ...selfDescription("series copy", systemClock.now()), ready: true, faults: [], details: {} });
  const held: LocalServer[] = [];
  try {
    for (const name of HOLDERS) held.push(await serveLocal(socketPath(folder, name), { status }));
    return held;
  } catch (error) {
    await Promise.all(held.map((server) => server.close()));
    if (!isLinliError(error, "conflict")) throw error;
    const message = `${folder} is in use by a running platform: stop it first (a folder has one writer), or copy from it instead`;
    throw new LinliError("conflict", message, { cause: error });
  }
}

export interface Target {
  readonly writer: SeriesWriter;
  readonly reader: SeriesReader;
  close(): Promise<void>;
}

/** Opens a store for writing. Fails with `conflict` for a folder that a running platform writes. */
export async function openTarget(address: StoreAddress, settings: Settings): Promise<Target> {
  const held = address.type === "sqlite" ? await lock(address.dir) : [];
  const release = () => Promise.all(held.map((server) => server.close()));
  try {
    const { LINLI_RETENTION_RAW: rawMs, LINLI_RETENTION_5M: fiveMinutesMs, LINLI_RETENTION_1H: hourMs } = settings;
    const retention = { rawMs, fiveMinutesMs, hourMs };
    const writer =
      address.type === "sqlite"
        ? await openSqliteSeriesWriter({ dir: address.dir, retention })
        : await openSeriesWriter(settingsFor(address, settings));
    const reader = await openReader(address, settings);
    return {
      writer,
      reader,
      async close() {
        await Promise.all([writer.close(), reader.close()]);
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}
