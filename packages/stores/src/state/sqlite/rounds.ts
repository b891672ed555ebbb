import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { Connection } from "./connection.ts";

/** Repeats short transactions until one changes nothing. `round` returns the number of rows it changed. */
export async function inRounds(connection: Connection, round: () => number | bigint): Promise<void> {
  while (Number(await connection.write(round)) > 0) await yieldToOthers();
}
