import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { LinliError } from "@linli/model";
import { type Compilable, Kysely, SqliteDialect } from "kysely";
import { isBusy, translated } from "./failure.ts";
import type { Tables } from "./tables.ts";

/** How long the engine itself may block the event loop for a lock; the rest of the wait is asynchronous. */
const BLOCKING_WAIT_MS = 4;
const LONGEST_PAUSE_MS = 25;
const MAX_WAITING_WRITES = 10_000;
const MAX_STATEMENTS = 300;

/** node:sqlite takes a leading object as named parameters and then stores NULL, so nothing but plain values passes. */
function bindable(values: readonly unknown[]): SQLInputValue[] {
  return values.map((value) => {
    if (value === null || ArrayBuffer.isView(value)) return value as SQLInputValue;
    if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") return value;
    throw new TypeError(`cannot be stored: ${typeof value}`);
  });
}

/**
 * One open database file. Queries are written with Kysely and run synchronously, so that a transaction never spans an
 * await; `read` and `write` wrap one transaction each and wait, without blocking, while another process is writing.
 */
export class Connection {
  readonly file: string;
  readonly query: Kysely<Tables>;
  readonly #db: DatabaseSync;
  readonly #busyTimeoutMs: number;
  readonly #statements = new Map<string, StatementSync>();
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(file: string, busyTimeoutMs: number) {
    this.file = file;
    this.#busyTimeoutMs = busyTimeoutMs;
    try {
      this.#db = new DatabaseSync(file, { timeout: BLOCKING_WAIT_MS, enableForeignKeyConstraints: true });
    } catch (error) {
      throw translated(error, file);
    }
    this.query = new Kysely<Tables>({ dialect: new SqliteDialect({ database: this.#forKysely() }) });
  }

  /** Only migrations run through Kysely's own driver. */
  #forKysely() {
    return {
      close: () => this.#db.close(),
      prepare: (sql: string) => {
        const statement = this.#db.prepare(sql);
        return {
          reader: statement.columns().length > 0,
          all: (values: readonly unknown[]) => statement.all(...bindable(values)),
          run: (values: readonly unknown[]) => statement.run(...bindable(values)),
          iterate: (values: readonly unknown[]) => statement.iterate(...bindable(values)),
        };
      },
    };
  }

  /** A prepared statement for a hot path; kept for the next call. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  all<Row>(query: Compilable<Row>): Row[] {
    const { sql, parameters } = query.compile();
    return this.statement(sql).all(...bindable(parameters)) as Row[];
  }

  first<Row>(query: Compilable<Row>): Row | undefined {
    const { sql, parameters } = query.compile();
    return this.statement(sql).get(...bindable(parameters)) as Row | undefined;
  }

  /** The number of rows it touched. */
  run(query: Compilable): number {
    const { sql, parameters } = query.compile();
    return Number(this.statement(sql).run(...bindable(parameters)).changes);
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** Several queries over one state of the data. */
  read<T>(work: () => T): Promise<T> {
    return this.patiently(() => this.#transact("begin", work));
  }

  /** All of it or nothing, in the order of the calls. `unavailable` when the lock is not to be had in time. */
  write<T>(work: () => T): Promise<T> {
    return this.inTurn(() => this.#transact("begin immediate", work));
  }

  /** As `write`, for work that brings its own transaction. */
  inTurn<T>(work: () => T): Promise<T> {
    if (this.#waiting >= MAX_WAITING_WRITES) {
      return Promise.reject(
        new LinliError("unavailable", `${this.file}: ${this.#waiting} changes are waiting already`),
      );
    }
    this.#waiting += 1;
    const result = this.#turn.then(() => this.patiently(work)).finally(() => (this.#waiting -= 1));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Repeats work that found the file locked, for at most the busy time-out. */
  async patiently<T>(work: () => T): Promise<T> {
    const deadline = performance.now() + this.#busyTimeoutMs;
    for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadline) throw translated(error, this.file);
        await wait(pause * (0.5 + Math.random() / 2));
      }
    }
  }

  #transact<T>(begin: string, work: () => T): T {
    if (!this.#db.isOpen) throw new LinliError("unavailable", `${this.file} is closed`);
    this.statement(begin).run();
    try {
      const result = work();
      this.statement("commit").run();
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("rollback");
      throw error;
    }
  }

  /** Waits for the writes under way. */
  async close(): Promise<void> {
    await this.#turn;
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }
}
