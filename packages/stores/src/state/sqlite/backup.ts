import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { link, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { LinliError } from "@linli/model";
import type { Connection } from "./connection.ts";

/** All pages in one step: a copy in several would start again whenever another process writes. */
const ALL_PAGES = 2 ** 31 - 1;

async function copy(connection: Connection, file: string): Promise<void> {
  if (connection.file === ":memory:") {
    connection.statement("vacuum into ?").run(file);
    return;
  }
  // a connection of its own: the copy runs on another thread, and the store's own one stays free meanwhile
  const source = new DatabaseSync(connection.file, { readOnly: true });
  try {
    await backup(source, file, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The name appears when the copy is whole and on disk. */
export async function backUp(connection: Connection, file: string): Promise<void> {
  const exists = () => new LinliError("conflict", `${file} exists already`);
  if (existsSync(file)) throw exists();
  const part = `${file}.${randomUUID()}.part`;
  try {
    await copy(connection, part);
    await sync(part);
    await link(part, file);
    await sync(dirname(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw exists();
    throw new LinliError("unavailable", `no backup in ${file}: ${(error as Error).message}`, { cause: error });
  } finally {
    await rm(part, { force: true });
  }
}
