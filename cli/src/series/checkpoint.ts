import { createHash } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Part, Tally } from "./plan.ts";

/** How far a copy came: everything of its part before `next` is safe in the target, and so are the parts before. */
export interface Checkpoint {
  /** What is copied: stores, stretch, devices. Another job begins anew. */
  readonly job: string;
  readonly part: Part;
  readonly next: number;
  readonly tally: Tally;
}

/** The file in the data folder, named after both stores. */
export function checkpointFile(dataDir: string, from: string, to: string): string {
  const digest = createHash("sha256").update(`${from}\n${to}`).digest("hex").slice(0, 8);
  const slug = (name: string) =>
    name
      .replace(/[^A-Za-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(-60);
  return join(dataDir, `series-copy-${slug(from)}-to-${slug(to)}-${digest}.json`);
}

/** Where that very job stood; `undefined` when there is nothing to go on from. */
export async function readCheckpoint(file: string, job: string): Promise<Checkpoint | undefined> {
  try {
    const found = JSON.parse(await readFile(file, "utf8")) as Checkpoint;
    return found.job === job ? found : undefined;
  } catch {
    // none, or one cut short: telling everything again changes nothing
    return undefined;
  }
}

export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  const handle = await open(`${file}.tmp`, "w", 0o600);
  try {
    await handle.writeFile(JSON.stringify(checkpoint));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.tmp`, file);
}

export async function removeCheckpoint(file: string): Promise<void> {
  await rm(file, { force: true });
}
