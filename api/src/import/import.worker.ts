import { parentPort, workerData } from "node:worker_threads";
import { LinliError } from "@linli/model";
import { openSqliteState } from "@linli/stores";
import type { ImportOutcome, ImportWork } from "./write-import.ts";

async function run({ file, batch, author }: ImportWork): Promise<ImportOutcome> {
  const state = await openSqliteState({ file });
  try {
    await state.registry.importBatch(batch, author);
    return { ok: true };
  } catch (error) {
    if (!(error instanceof LinliError)) throw error;
    return { ok: false, code: error.code, message: error.message };
  } finally {
    await state.close();
  }
}

parentPort?.postMessage(await run(workerData as ImportWork));
