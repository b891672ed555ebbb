import { Worker } from "node:worker_threads";
import { type ErrorCode, LinliError } from "@linli/model";
import type { Author, ImportBatch, RegistryStore } from "@linli/stores";

/** Writes a checked import, all of it or nothing. */
export type WriteImport = (batch: ImportBatch, author: Author) => Promise<void>;

/** What the worker is given, and what it says in the end. */
export interface ImportWork {
  readonly file: string;
  readonly batch: ImportBatch;
  readonly author: Author;
}
export type ImportOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** Up to so many devices the transaction is too short to be worth a thread. */
const IN_PLACE = 200;

export function writeInPlace(registry: RegistryStore): WriteImport {
  return async (batch, author) => {
    await registry.importBatch(batch, author);
  };
}

function inWorker(work: ImportWork): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./import.worker.ts", import.meta.url), { workerData: work });
    worker.once("message", (outcome: ImportOutcome) => {
      if (outcome.ok) resolve();
      else reject(new LinliError(outcome.code, outcome.message));
    });
    worker.once("error", reject);
    worker.once("exit", () => reject(new LinliError("unavailable", "the import was cut short: nothing was written")));
  });
}

/** One transaction over many thousand devices takes seconds: it runs in a thread, so that others are answered. */
export function writeInThread(registry: RegistryStore, file: string): WriteImport {
  const inPlace = writeInPlace(registry);
  return (batch, author) =>
    batch.devices.length <= IN_PLACE ? inPlace(batch, author) : inWorker({ file, batch, author });
}
