import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { LinliError } from "@linli/model";
import { Migrator } from "kysely/migration";
import type { Connection } from "./connection.ts";
import { MIGRATIONS, SCHEMA_VERSION } from "./migrations/index.ts";

const APPLIED = "select name from kysely_migration order by name";

function refuse(file: string, applied: readonly string[]): void {
  const newest = applied.findLast((name) => !Object.hasOwn(MIGRATIONS, name));
  if (newest === undefined) return;
  throw new LinliError(
    "conflict",
    `${file} has schema ${newest}, from a newer version; this one knows schemas up to ${SCHEMA_VERSION}. ` +
      "Nothing was changed: start the newer version, or another data folder.",
  );
}

/**
 * Refuses (`conflict`) a file that a newer version wrote, without touching a byte of it: opened read-only and, when no
 * other process has it open, as immutable, so that not even a side file appears beside it.
 */
export function refuseNewer(file: string): void {
  if (!existsSync(file)) return;
  const url = pathToFileURL(file);
  if (!existsSync(`${file}-wal`)) url.searchParams.set("immutable", "1");
  let applied: string[] = [];
  try {
    const db = new DatabaseSync(url, { readOnly: true });
    try {
      applied = db
        .prepare(APPLIED)
        .all()
        .map((row) => String(row["name"]));
    } finally {
      db.close();
    }
  } catch {
    // an empty file, or one that another process is just creating; opening it for good will tell
    return;
  }
  refuse(file, applied);
}

async function appliedSteps(connection: Connection): Promise<string[]> {
  const tables = await connection.query.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === "kysely_migration")) return [];
  return connection
    .statement(APPLIED)
    .all()
    .map((row) => String(row["name"]));
}

/** Brings the file to today's schema: all steps in one transaction, however many processes start at once. */
export async function migrate(connection: Connection): Promise<void> {
  await connection.patiently(() => connection.exec("begin immediate"));
  try {
    refuse(connection.file, await appliedSteps(connection));
    const migrator = new Migrator({
      db: connection.query,
      provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
      disableTransactions: true,
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    connection.exec("commit");
  } catch (error) {
    connection.exec("rollback");
    throw error;
  }
}
