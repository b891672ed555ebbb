import { cp, mkdir, readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { LinliError } from "@linli/model";
import { systemClock } from "@linli/runtime";
import type { Command } from "commander";
import { withState } from "../data-folder.ts";
import { print, printJson } from "../output.ts";
import { createProgress } from "../progress.ts";

async function filesIn(dir: string, ending: string): Promise<string[]> {
  try {
    return (await readdir(dir)).filter((name) => name.endsWith(ending)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

async function makeEmpty(target: string): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o700 }).catch((cause: Error) => {
    throw new LinliError("invalid", `${target} cannot be made: ${cause.message}`, { cause });
  });
  if ((await readdir(target)).length > 0) throw new LinliError("conflict", `${target} is not empty`);
}

/** A database as it is at one moment, even while others write it. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const database = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  try {
    await backup(database, to);
  } finally {
    database.close();
  }
}

async function copyIfThere(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, preserveTimestamps: true }).catch((error: NodeJS.ErrnoException) => {
    // a segment that was trimmed while we copied was read by everybody
    if (error.code !== "ENOENT") throw error;
  });
}

/**
 * State first, then series, then the journal: what a later part holds beyond an earlier one's position is only read
 * again after a restore, which changes nothing.
 */
function run(folder: string, options: { json?: boolean }): Promise<void> {
  const target = resolve(folder);
  return withState(async (state, { LINLI_DATA_DIR: source }) => {
    await makeEmpty(target);
    const series = await filesIn(join(source, "series"), ".db");
    const segments = await filesIn(join(source, "journal"), "");
    const progress = createProgress("backup", 1 + series.length + segments.length, systemClock);
    let done = 0;
    await state.backup(join(target, "state.db"));
    progress.update(++done);
    await mkdir(join(target, "series"));
    for (const name of series) {
      await copyDatabase(join(source, "series", name), join(target, "series", name));
      progress.update(++done);
    }
    await mkdir(join(target, "journal"));
    for (const name of segments) {
      await copyIfThere(join(source, "journal", name), join(target, "journal", name));
      progress.update(++done);
    }
    await copyIfThere(join(source, "demo"), join(target, "demo"));
    await copyIfThere(join(source, "version"), join(target, "version"));
    progress.finish(done);
    const { size: stateBytes } = await stat(join(target, "state.db"));
    if (options.json) return printJson({ folder: target, files: done, stateBytes });
    print(`${target} holds a copy. To use it: LINLI_DATA_DIR=${JSON.stringify(target)} npx linli serve`);
  });
}

/** `linli backup FOLDER`: a consistent copy of the data folder, taken while everything runs. */
export function addBackup(program: Command): void {
  program
    .command("backup")
    .description("copy the data folder consistently into an empty folder, while everything runs")
    .argument("<folder>")
    .option("--json", "print JSON")
    .action(run);
}
