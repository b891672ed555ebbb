import { MessageChannel } from "node:worker_threads";
import { readSettings } from "@linli/runtime";
import { runArchive } from "../archive/thread.ts";

/** The archive of the folder in LINLI_DATA_DIR, killed the moment its first readings are safe and its position is not. */
const { port1 } = new MessageChannel();
await runArchive(readSettings(process.env), port1, (series) => ({
  async write(batch) {
    await series.write(batch);
    process.kill(process.pid, "SIGKILL");
    return new Promise(() => undefined);
  },
  maintain: (now, budgetMs) => series.maintain(now, budgetMs),
  close: () => series.close(),
}));
