import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Device, newDeviceSchema } from "@linli/model";
import { type LocalClient, localClient, openDataDir, readSettings, type Settings, socketPath } from "@linli/runtime";
import {
  type JournalEntry,
  type JournalWriter,
  openSegmentJournalWriter,
  openSqliteSeriesReader,
  openSqliteState,
  type SeriesReader,
  type StateStore,
} from "@linli/stores";

const AUTHOR = { id: "test", type: "system", at: 0 } as const;

/** A data folder with real stores, as the broker and a person would have left it, and the means to look inside. */
export interface Folder {
  readonly dir: string;
  readonly settings: Settings;
  readonly state: StateStore;
  readonly journal: JournalWriter;
  readonly series: SeriesReader;
  readonly ingest: LocalClient;
  addDevice(id: string, more?: Partial<Device>): Promise<void>;
  /** Gives the device its extra points. */
  declare(id: string, extraPoints: Device["extraPoints"]): Promise<void>;
  /** Resolves when all are on disk. */
  append(entries: readonly JournalEntry[]): Promise<void>;
  /** Resolves when ingest has committed everything that was appended. */
  drained(): Promise<void>;
  remove(): Promise<void>;
}

export async function makeFolder(environment: Readonly<Record<string, string>> = {}): Promise<Folder> {
  const dir = await mkdtemp(join(tmpdir(), "linli-ingest-"));
  await openDataDir(dir);
  const settings = readSettings({ LINLI_DATA_DIR: dir, ...environment });
  const state = await openSqliteState({ file: join(dir, "state.db") });
  await state.registry.putPlace({ id: "sub", level: "subdistrict", parentId: null, name: "Sub", order: 0 }, AUTHOR);
  await state.registry.putPlace({ id: "north", level: "community", parentId: "sub", name: "North", order: 0 }, AUTHOR);
  const journal = await openSegmentJournalWriter({
    dir: join(dir, "journal"),
    segmentBytes: 1 << 20,
    maxBytes: 1 << 30,
    reserveBytes: 0,
    retentionMs: 0,
  });
  const series = await openSqliteSeriesReader({ dir: join(dir, "series") });
  const ingest = localClient(socketPath(dir, "ingest"));
  return {
    dir,
    settings,
    state,
    journal,
    series,
    ingest,
    async addDevice(id, more = {}) {
      const device = { id, kind: "environment-sensor", name: id, placeId: "north", ...more };
      await state.registry.createDevice(newDeviceSchema.parse(device), AUTHOR);
    },
    async declare(id, extraPoints) {
      const version = (await state.registry.device(id))?.version ?? 0;
      await state.registry.updateDevice(id, version, { extraPoints }, AUTHOR);
    },
    async append(entries) {
      const all = entries.map(
        (given) =>
          new Promise<void>((resolve, reject) => {
            journal.append(given, (error) => (error === null ? resolve() : reject(error)));
          }),
      );
      await Promise.all(all);
    },
    async drained() {
      const sequence = journal.health().appended;
      if (!(await ingest.call("drained", { sequence, waitMs: 20_000 }, 25_000))) {
        throw new Error(`not drained: ${JSON.stringify(await ingest.call("status"))}`);
      }
    },
    async remove() {
      ingest.close();
      await Promise.all([series.close(), journal.close(), state.close()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
