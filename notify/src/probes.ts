import { statfs } from "node:fs/promises";
import type { BrokerDetails, LocalClient, ProcessStatus } from "@linli/runtime";
import type { Round } from "./watchdog.ts";

const ANSWER_WITHIN_MS = 1_000;

/** What is asked in each round. */
export interface Probes {
  readonly clients: Readonly<Record<string, LocalClient>>;
  readonly dataDir: string;
  readonly reserveBytes: number;
}

async function ask(client: LocalClient): Promise<ProcessStatus | null> {
  try {
    return (await client.call("status", undefined, ANSWER_WITHIN_MS)) as ProcessStatus;
  } catch {
    return null; // not answering is the finding itself
  }
}

async function freeBytes(dir: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(dir);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** Asks every process and the disk at once. */
export async function probe({ clients, dataDir, reserveBytes }: Probes, now: number): Promise<Round> {
  const names = Object.keys(clients);
  const [answers, free] = await Promise.all([Promise.all(Object.values(clients).map(ask)), freeBytes(dataDir)]);
  const statuses = Object.fromEntries(names.map((name, index) => [name, answers[index] ?? null]));
  const broker = statuses.broker as ProcessStatus<BrokerDetails | null> | null | undefined; // no details before it is ready
  return {
    now,
    statuses,
    appended: broker?.details?.journal.appended ?? null,
    disk: free === null ? null : { freeBytes: free, reserveBytes },
  };
}
