import { Worker } from "node:worker_threads";
import { type Clock, type Settings, sleep } from "@linli/runtime";
import type { ArchiveProgress } from "./loop.ts";
import type { ArchiveMeasures } from "./measures.ts";
import type { FromArchive, ToArchive } from "./thread-messages.ts";

/** The archive in a worker thread of its own, so that a slow series store never delays what watch decides. */
export interface ArchiveThread {
  readonly progress: ArchiveProgress | undefined;
  /** Resolves when it knows where it stands: from then on `progress` is never undefined. */
  readonly ready: Promise<void>;
  hurry(): void;
  /** Resolves when the batch in hand is committed and the thread has ended, after `graceMs` at the latest. */
  stop(graceMs: number): Promise<void>;
}

export interface ArchiveThreadOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  /** Called when the thread ends unasked. */
  readonly failed: (error: Error) => void;
  readonly measured: (measures: ArchiveMeasures) => void;
}

export function startArchiveThread({ settings, clock, failed, measured }: ArchiveThreadOptions): ArchiveThread {
  const worker = new Worker(new URL("./archive.worker.ts", import.meta.url), {
    workerData: settings,
    name: "archive",
  });
  let progress: ArchiveProgress | undefined;
  let stopping = false;
  const tell = (message: ToArchive) => worker.postMessage(message);
  const { promise: ready, resolve: becomeReady } = Promise.withResolvers<void>();
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  worker.on("message", (message: FromArchive) => {
    progress = message.progress;
    measured(message.measures);
    becomeReady();
  });
  worker.on("error", failed);
  worker.on("exit", (code) => {
    if (!stopping) failed(new Error(`the archive's thread ended by itself (${code})`));
  });
  return {
    get progress() {
      return progress;
    },
    ready,
    hurry: () => tell({ type: "hurry" }),
    async stop(graceMs) {
      stopping = true;
      tell({ type: "stop" });
      const cancel = new AbortController();
      await Promise.race([ended, sleep(clock, graceMs, cancel.signal)]);
      cancel.abort();
      await worker.terminate();
    },
  };
}
