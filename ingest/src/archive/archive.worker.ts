import { parentPort, workerData } from "node:worker_threads";
import type { Settings } from "@linli/runtime";
import { runArchive } from "./thread.ts";

if (parentPort === null) throw new Error("archive.worker.ts is the entry of a worker thread");
await runArchive(workerData as Settings, parentPort);
