import { type Kysely, sql } from "kysely";

/**
 * Whoever follows the history needs the order in which events were committed, as transitions have it: numbers that are
 * never used again and outlive a backup. And each follower's place in it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("events_in_order")
    .addColumn("arrival", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("device_id", "text", (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("observed_at", "bigint", (column) => column.notNull())
    .addColumn("received_at", "bigint", (column) => column.notNull())
    .addColumn("seq", "bigint")
    .addColumn("data", "text")
    .addColumn("known", "integer", (column) => column.notNull())
    .execute();
  await sql`insert into events_in_order (id, device_id, type, observed_at, received_at, seq, data, known)
    select id, device_id, type, observed_at, received_at, seq, data, known from events order by received_at`.execute(
    db,
  );
  await schema.dropTable("events").execute();
  await schema.alterTable("events_in_order").renameTo("events").execute();
  await schema.createIndex("events_device").on("events").columns(["device_id", "observed_at", "id"]).execute();
  await schema.createIndex("events_time").on("events").columns(["observed_at", "id"]).execute();

  await schema
    .createTable("history_positions")
    .addColumn("follower", "text", (column) => column.primaryKey())
    .addColumn("event", "bigint", (column) => column.notNull())
    .addColumn("transition", "bigint", (column) => column.notNull())
    .execute();
}
