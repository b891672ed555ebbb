import type { Kysely } from "kysely";

/** Registry, people, device state, archive totals, commands, audit and the changes feed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("meta")
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("value", "text", (column) => column.notNull())
    .execute();

  await schema
    .createTable("places")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("level", "text", (column) => column.notNull())
    .addColumn("parent_id", "text", (column) => column.references("places.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("sort_order", "integer", (column) => column.notNull())
    .execute();
  await schema.createIndex("places_parent").on("places").column("parent_id").execute();

  await schema
    .createTable("devices")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("place_id", "text", (column) => column.notNull().references("places.id"))
    .addColumn("gateway_id", "text", (column) => column.references("devices.id"))
    .addColumn("units", "text", (column) => column.notNull())
    .addColumn("extra_points", "text", (column) => column.notNull())
    .addColumn("offline_after_ms", "integer")
    .addColumn("tags", "text", (column) => column.notNull())
    .addColumn("search_text", "text", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("retired_at", "bigint")
    .execute();
  await schema.createIndex("devices_place").on("devices").column("place_id").execute();
  await schema.createIndex("devices_gateway").on("devices").column("gateway_id").execute();
  await schema.createIndex("devices_kind").on("devices").column("kind").execute();

  await schema
    .createTable("credentials")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("device_id", "text", (column) => column.notNull().references("devices.id"))
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("hash", "blob", (column) => column.notNull().unique())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint")
    .addColumn("revoked_at", "bigint")
    .execute();
  await schema.createIndex("credentials_device").on("credentials").column("device_id").execute();

  await createAccess(db);
  await createTrail(db);
  await createWatch(db);
  await createArchive(db);
  await createCommands(db);
}

async function createAccess({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("people")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("grants", "text", (column) => column.notNull())
    .addColumn("language", "text", (column) => column.notNull())
    .addColumn("password_hash", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("disabled_at", "bigint")
    .execute();

  await schema
    .createTable("sessions")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("person_id", "text", (column) => column.notNull().references("people.id"))
    .addColumn("hash", "blob", (column) => column.notNull().unique())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("user_agent", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("sessions_person").on("sessions").column("person_id").execute();
  await schema.createIndex("sessions_expiry").on("sessions").column("expires_at").execute();

  await schema
    .createTable("tokens")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("hash", "blob", (column) => column.notNull().unique())
    .addColumn("grants", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("created_by", "text", (column) => column.notNull())
    .addColumn("expires_at", "bigint")
    .addColumn("revoked_at", "bigint")
    .execute();
}

async function createTrail({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("audit")
    .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("author_id", "text", (column) => column.notNull())
    .addColumn("author_type", "text", (column) => column.notNull())
    .addColumn("address", "text")
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("target", "text", (column) => column.notNull())
    .addColumn("detail", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("audit_at").on("audit").column("at").execute();
  await schema.createIndex("audit_target").on("audit").columns(["target", "seq"]).execute();
  await schema.createIndex("audit_author").on("audit").columns(["author_id", "seq"]).execute();
  await schema.createIndex("audit_action").on("audit").columns(["action", "seq"]).execute();

  await schema
    .createTable("changes")
    .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("topic", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("data", "text", (column) => column.notNull())
    .execute();
}

async function createWatch({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("leases")
    .addColumn("role", "text", (column) => column.primaryKey())
    .addColumn("owner", "text", (column) => column.notNull())
    .addColumn("epoch", "integer", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();

  await schema
    .createTable("watch_checkpoint")
    .addColumn("role", "text", (column) => column.primaryKey())
    .addColumn("position", "text", (column) => column.notNull())
    .addColumn("sequence", "bigint", (column) => column.notNull())
    .addColumn("time", "bigint", (column) => column.notNull())
    .addColumn("memory", "text", (column) => column.notNull())
    .addColumn("commit_no", "bigint", (column) => column.notNull())
    .execute();

  await schema
    .createTable("device_states")
    .addColumn("device_id", "text", (column) => column.notNull())
    .addColumn("slot", "integer", (column) => column.notNull())
    .addColumn("commit_no", "bigint", (column) => column.notNull())
    .addColumn("connection", "text", (column) => column.notNull())
    .addColumn("connection_since", "bigint", (column) => column.notNull())
    .addColumn("last_seen_at", "bigint")
    .addColumn("points", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("device_states_key", ["device_id", "slot"])
    .execute();

  await schema
    .createTable("transitions")
    .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("key", "text", (column) => column.notNull().unique())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("device_id", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("data", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("transitions_device").on("transitions").columns(["device_id", "seq"]).execute();
}

async function createArchive({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("archive_totals")
    .addColumn("role", "text", (column) => column.primaryKey())
    .addColumn("position", "text", (column) => column.notNull())
    .addColumn("sequence", "bigint", (column) => column.notNull())
    .addColumn("written", "bigint", (column) => column.notNull())
    .addColumn("rejected", "bigint", (column) => column.notNull())
    .addColumn("conflicts", "bigint", (column) => column.notNull())
    .addColumn("dead_letters_dropped", "bigint", (column) => column.notNull())
    .addColumn("memory", "text")
    .execute();

  await schema
    .createTable("events")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("device_id", "text", (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("observed_at", "bigint", (column) => column.notNull())
    .addColumn("received_at", "bigint", (column) => column.notNull())
    .addColumn("seq", "bigint")
    .addColumn("data", "text")
    .addColumn("known", "integer", (column) => column.notNull())
    .execute();
  await schema.createIndex("events_device").on("events").columns(["device_id", "observed_at", "id"]).execute();
  await schema.createIndex("events_time").on("events").columns(["observed_at", "id"]).execute();

  // the payload stands last, so that a listing never reads its pages
  await schema
    .createTable("dead_letters")
    .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("received_at", "bigint", (column) => column.notNull())
    .addColumn("device_id", "text", (column) => column.notNull())
    .addColumn("principal", "text", (column) => column.notNull())
    .addColumn("topic", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("field", "text", (column) => column.notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .addColumn("replayed_at", "bigint")
    .addColumn("payload", "blob", (column) => column.notNull())
    .execute();
  await schema.createIndex("dead_letters_reason").on("dead_letters").columns(["reason", "seq"]).execute();
  await schema.createIndex("dead_letters_device").on("dead_letters").columns(["device_id", "seq"]).execute();

  await schema
    .createTable("dead_letter_counts")
    .addColumn("reason", "text", (column) => column.primaryKey())
    .addColumn("count", "bigint", (column) => column.notNull())
    .execute();
}

async function createCommands({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("commands")
    .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("device_id", "text", (column) => column.notNull().references("devices.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("args", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("created_by", "text", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("sent_at", "bigint")
    .addColumn("answered_at", "bigint")
    .addColumn("ok", "integer")
    .addColumn("detail", "text")
    .execute();
  await schema.createIndex("commands_device").on("commands").columns(["device_id", "seq"]).execute();
  await schema.createIndex("commands_state").on("commands").columns(["state", "device_id", "seq"]).execute();
}
