import { parentPort, workerData } from "node:worker_threads";
import { shippedRules } from "../scenario/shipped-rules.ts";
import { playMonth } from "./month.ts";
import { tallyOf } from "./tally.ts";

/** What the thread is asked for. */
export interface Asked {
  readonly days: number;
  readonly withFaults: boolean;
}

const { days, withFaults } = workerData as Asked;
const rules = await shippedRules();
const progress = (share: number) => parentPort?.postMessage({ progress: share });
parentPort?.postMessage({ tally: tallyOf(await playMonth({ days, withFaults, rules, progress })) });
