import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LinliError } from "@linli/model";
import type { StateStore } from "../port.ts";
import { createAccess } from "./access.ts";
import { createAlerts } from "./alerts.ts";
import { createArchive } from "./archive.ts";
import { createArrangements } from "./arrangements.ts";
import { backUp } from "./backup.ts";
import { createChanges } from "./changes.ts";
import { createCommands } from "./commands.ts";
import { Connection } from "./connection.ts";
import { createHistory } from "./history.ts";
import { createLeases } from "./leases.ts";
import { migrate, refuseNewer } from "./migrate.ts";
import { createNotify } from "./notify.ts";
import { createRegistry } from "./registry.ts";
import { createRules } from "./rules.ts";
import { createWatch } from "./watch.ts";

export interface SqliteStateOptions {
  readonly file: string;
  /** How long a call waits for other processes before it fails with `unavailable`; 5 s. */
  readonly busyTimeoutMs?: number;
  /** Most dead letters kept; a million. */
  readonly deadLettersMax?: number;
  /** Most bytes of their payloads; 1 GiB. */
  readonly deadLettersMaxBytes?: number;
}

const MEMORY = ":memory:";
const BUSY_TIMEOUT_MS = 5_000;
const DEAD_LETTERS_MAX = 1_000_000;
const DEAD_LETTERS_MAX_BYTES = 1024 ** 3;

// FULL: a commit is on disk when it returns. The limit cuts the log back after an unusually large transaction.
const DURABLE = "pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 67108864;";

/** Only its owner may read what holds everybody's hashes; the log beside it gets the same rights. */
function createPrivately(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    closeSync(openSync(file, "a", 0o600));
  } catch (error) {
    throw new LinliError("unavailable", `${file} cannot be opened: ${(error as Error).message}`, { cause: error });
  }
}

function storeOver(connection: Connection, options: SqliteStateOptions): StateStore {
  return {
    registry: createRegistry(connection),
    access: createAccess(connection),
    watch: createWatch(connection),
    rules: createRules(connection),
    arrangements: createArrangements(connection),
    alerts: createAlerts(connection),
    notify: createNotify(connection),
    archive: createArchive(connection, {
      most: options.deadLettersMax ?? DEAD_LETTERS_MAX,
      mostBytes: options.deadLettersMaxBytes ?? DEAD_LETTERS_MAX_BYTES,
    }),
    history: createHistory(connection),
    commands: createCommands(connection),
    changes: createChanges(connection),
    leases: createLeases(connection),
    backup: (file) => backUp(connection, file),
    close: () => connection.close(),
  };
}

async function openConnection(file: string, busyTimeoutMs: number): Promise<Connection> {
  const connection = new Connection(file, busyTimeoutMs);
  try {
    await connection.patiently(() => connection.exec(DURABLE));
    await migrate(connection);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/**
 * Opens the state store in one SQLite file, made when it is not there; several processes may have it open at once.
 * Fails with `conflict` for a file of a newer version (which is left as it is), `unavailable` for one that cannot be
 * opened, `corrupt` for one that is no database.
 */
export async function openSqliteState(options: SqliteStateOptions): Promise<StateStore> {
  const file = resolve(options.file);
  refuseNewer(file);
  createPrivately(file);
  return storeOver(await openConnection(file, options.busyTimeoutMs ?? BUSY_TIMEOUT_MS), options);
}

/** The same store without a file: everything is gone at `close`. */
export async function openMemoryState(options: Omit<SqliteStateOptions, "file"> = {}): Promise<StateStore> {
  return storeOver(await openConnection(MEMORY, BUSY_TIMEOUT_MS), { ...options, file: MEMORY });
}
