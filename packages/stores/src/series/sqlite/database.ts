import { closeSync, fsyncSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LinliError } from "@linli/model";
import { FORMAT } from "./layout.ts";

const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
const USER_VERSION_OFFSET = 60;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED = new Set([11, 26]);

/** The file does not hold what was written to it. */
export class DamagedFile extends Error {
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`${path} is damaged: ${(cause as Error).message}`, { cause });
    this.path = path;
  }
}

/** Tells damage of the file from everything else that SQLite may refuse. */
export function noticingDamage<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // the low byte is the code, the rest says more of it
    throw DAMAGED.has(Number((error as { errcode?: unknown }).errcode) & 0xff) ? new DamagedFile(path, error) : error;
  }
}

/**
 * The format a file was written in; undefined when it is not there, 0 when it was never finished or its head is damaged.
 * Touches nothing.
 */
function formatOf(path: string): number | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const head = Buffer.alloc(HEADER_BYTES);
    readSync(file, head, 0, HEADER_BYTES, 0);
    return head.toString("latin1", 0, MAGIC.length) === MAGIC ? head.readUInt32BE(USER_VERSION_OFFSET) : 0;
  } finally {
    closeSync(file);
  }
}

/** Fails with `conflict`, before anything is opened, when a newer version of Linli wrote the file. */
function assertKnownFormat(path: string): void {
  const format = formatOf(path) ?? 0;
  if (format > FORMAT) {
    throw new LinliError("conflict", `${path} has format ${format}, this version knows up to ${FORMAT}`);
  }
}

/**
 * Opens a file for writing, creating it with `schema`. FULL: a commit is on disk when it returns, one fsync of the
 * write-ahead log for a batch of any size; the batch is what makes that cheap, not a weaker setting. The log is folded
 * into the file every 32 MB: rarely enough that pages written over and over are written back once.
 */
export function openForWriting(path: string, schema: string): DatabaseSync {
  assertKnownFormat(path);
  const unfinished = (formatOf(path) ?? 0) === 0;
  const db = new DatabaseSync(path, { timeout: 5_000 });
  try {
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000;
      PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY`);
    if (unfinished) {
      // after a crash the schema may be in the log already
      if (db.prepare("PRAGMA user_version").get()?.user_version === 0) {
        db.exec(`BEGIN IMMEDIATE; ${schema}; PRAGMA user_version = ${FORMAT}; COMMIT`);
      }
      db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      syncFolder(dirname(path));
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A new file is safe only when its name is. */
function syncFolder(dir: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(dir, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** SQLITE_CANTOPEN: deleted between the look and the opening. */
const CANNOT_OPEN = 14;

/** Opens a finished file for reading; undefined when it is not there or its schema is not committed yet. */
export function openForReading(path: string): DatabaseSync | undefined {
  if ((formatOf(path) ?? 0) === 0) return undefined;
  assertKnownFormat(path);
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    db.exec("PRAGMA cache_size = -2048; PRAGMA temp_store = MEMORY");
    return db;
  } catch (error) {
    if ((error as { errcode?: unknown }).errcode === CANNOT_OPEN) return undefined;
    throw error;
  }
}

/** Runs in one transaction: all of it is on disk when this returns, or none. */
export function transact<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    // a full disk may have rolled back already
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}
