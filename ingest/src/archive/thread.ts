import { join } from "node:path";
import type { MessagePort } from "node:worker_threads";
import { DEVICE_KINDS } from "@linli/model";
import { type Settings, systemClock } from "@linli/runtime";
import {
  openSegmentJournalReader,
  openSeriesWriter,
  openSqliteState,
  RegistryView,
  type SeriesWriter,
  type StateStore,
} from "@linli/stores";
import { interpretLimits } from "../limits.ts";
import { Archive, type ArchiveDeps } from "./loop.ts";
import { paceOf } from "./pace.ts";
import type { FromArchive, ToArchive } from "./thread-messages.ts";

const PROGRESS_EVERY_MS = 100;

/** What it takes to write history, if the series store is one in which people look for it. */
function historyOf(
  settings: Settings,
  series: SeriesWriter,
  { state, registry }: { state: StateStore; registry: RegistryView },
): ArchiveDeps["history"] {
  const write = series.writeHistory?.bind(series);
  if (write === undefined) return undefined;
  return {
    store: state.history,
    write,
    async owner(deviceId) {
      const known = registry.owner(deviceId);
      const former = known === undefined ? await state.registry.device(deviceId) : undefined;
      return known ?? (former && registry.formerOwner(former));
    },
    follower: `${settings.LINLI_SERIES} ${settings.LINLI_SERIES_URL} ${settings.LINLI_SERIES_DATABASE}`,
  };
}

/**
 * The archive with stores of its own, until it is told to stop. `guard` lets a test stand between it and its series.
 * Rejects for a failure that waiting does not cure.
 */
export async function runArchive(
  settings: Settings,
  port: Pick<MessagePort, "on" | "off" | "postMessage">,
  guard: (series: SeriesWriter) => SeriesWriter = (series) => series,
): Promise<void> {
  const dir = settings.LINLI_DATA_DIR;
  const journal = await openSegmentJournalReader({ dir: join(dir, "journal") });
  const state = await openSqliteState({
    file: join(dir, "state.db"),
    deadLettersMax: settings.LINLI_DEAD_LETTERS_MAX,
    deadLettersMaxBytes: settings.LINLI_DEAD_LETTERS_MAX_BYTES,
  });
  const series = guard(await openSeriesWriter(settings));
  const registry = await RegistryView.load(state);
  const limits = interpretLimits(settings);
  const pace = paceOf(settings);
  const stores = { journal, series, store: state.archive, registry };
  const common = { kinds: DEVICE_KINDS, limits, clock: systemClock, pace, random: Math.random };
  const history = historyOf(settings, series, { state, registry });
  const archive = new Archive({ ...stores, ...common, ...(history && { history }) });
  const listen = (message: ToArchive) => (message.type === "stop" ? archive.stop() : archive.hurry());
  const report = () => {
    const { progress } = archive;
    port.postMessage({ type: "progress", progress, measures: archive.takeMeasures() } satisfies FromArchive);
  };
  port.on("message", listen);
  const stopReporting = systemClock.every(PROGRESS_EVERY_MS, report);
  try {
    await archive.run();
  } finally {
    stopReporting();
    report();
    port.off("message", listen);
    await Promise.all([journal.close(), series.close(), state.close()]);
  }
}
