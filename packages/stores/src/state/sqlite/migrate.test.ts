import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Migrator } from "kysely/migration";
import { expect, it, onTestFinished } from "vitest";
import { HISTORY_START } from "../history.ts";
import { Connection } from "./connection.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { openSqliteState } from "./open.ts";

/** A file as an older version left it: with the steps up to this one. */
async function fileWithSchema(last: string): Promise<{ file: string; connection: Connection }> {
  const dir = await mkdtemp(join(tmpdir(), "linli-migrate-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = join(dir, "state.db");
  const connection = new Connection(file, 1_000);
  const steps = Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => name <= last));
  const provider = { getMigrations: () => Promise.resolve(steps) };
  const { error } = await new Migrator({ db: connection.query, provider, disableTransactions: true }).migrateToLatest();
  expect(error).toBeUndefined();
  return { file, connection };
}

it("events of an older file are kept, and followed in the order in which they came", async () => {
  const { file, connection } = await fileWithSchema("002-dead-letter-bytes");
  const row = { device_id: "l1", type: "entrapment", seq: 4, data: '{"floor":3}', known: 1 };
  for (const [id, observed_at, received_at] of [
    ["b", 1, 20],
    ["a", 2, 10],
  ] as const) {
    const values = { ...row, id, observed_at, received_at };
    connection.run(connection.query.insertInto("events").values(values));
  }
  await connection.close();
  const store = await openSqliteState({ file });
  const event = { deviceId: "l1", type: "entrapment", seq: 4, data: { floor: 3 }, known: true };
  const [a, b] = [
    { ...event, id: "a", observedAt: 2, receivedAt: 10 },
    { ...event, id: "b", observedAt: 1, receivedAt: 20 },
  ];
  expect((await store.archive.events({ deviceId: "l1" }, { limit: 5 })).items).toEqual([a, b]);
  expect((await store.history.after(HISTORY_START, 5)).events).toEqual([a, b]);
  await store.close();
});
