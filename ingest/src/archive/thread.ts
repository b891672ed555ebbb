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
} from "@linli/stores";
import { interpretLimits } from "../limits.ts";
import { Archive } from "./loop.ts";
import type { FromArchive, ToArchive } from "./thread-messages.ts";

const PROGRESS_EVERY_MS = 100;

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
  const deps = { journal, series, store: state.archive, registry, kinds: DEVICE_KINDS, limits, clock: systemClock };
  const archive = new Archive(deps);
  const listen = (message: ToArchive) => (message.type === "stop" ? archive.stop() : archive.hurry());
  const report = () => port.postMessage({ type: "progress", progress: archive.progress } satisfies FromArchive);
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
