import { type Kysely, sql } from "kysely";

/** Rules, what people arrange, alerts and who was told of them; what watch's rules remember. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createRules(db);
  await createArrangements(db);
  await createAlerts(db);
  await createResponse(db);
  await createNotify(db);
  await extendWatch(db);
}

async function createRules({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("rule_versions")
    .addColumn("rule_id", "text", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("origin", "text", (column) => column.notNull())
    .addColumn("standing", "text", (column) => column.notNull())
    .addColumn("changed_at", "bigint", (column) => column.notNull())
    .addColumn("changed_by", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("rule", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("rule_versions_key", ["rule_id", "version"])
    .execute();
  await schema.createIndex("rule_versions_standing").on("rule_versions").columns(["standing", "rule_id"]).execute();

  await schema
    .createTable("rule_overrides")
    .addColumn("rule_id", "text", (column) => column.notNull())
    .addColumn("device_id", "text", (column) => column.notNull().references("devices.id"))
    .addColumn("params", "text", (column) => column.notNull())
    .addColumn("changed_at", "bigint", (column) => column.notNull())
    .addColumn("changed_by", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("rule_overrides_key", ["rule_id", "device_id"])
    .execute();
}

/** The version of a row says how one arrangement stood; the newest one counts, unless it says that it was removed. */
async function createArrangements({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("arrangements")
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("newest", "integer", (column) => column.notNull())
    .addColumn("changed_at", "bigint", (column) => column.notNull())
    .addColumn("changed_by", "text", (column) => column.notNull())
    .addColumn("value", "text")
    .addPrimaryKeyConstraint("arrangements_key", ["type", "id", "version"])
    .execute();
  await schema
    .createIndex("arrangements_newest")
    .on("arrangements")
    .columns(["type", "id"])
    .where(sql.ref("newest"), "=", 1)
    .execute();
}

/** What is filtered and sorted by stands in columns; the alert itself, and how far the response is, as JSON. */
async function createAlerts({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("alerts")
    .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("rule_id", "text", (column) => column.notNull())
    .addColumn("device_id", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("place_id", "text", (column) => column.notNull())
    .addColumn("opened_at", "bigint", (column) => column.notNull())
    .addColumn("active", "integer", (column) => column.notNull())
    .addColumn("severity", "integer", (column) => column.notNull())
    .addColumn("latched", "integer", (column) => column.notNull())
    .addColumn("ended_by", "text")
    .addColumn("over_at", "bigint")
    .addColumn("changed_at", "bigint", (column) => column.notNull())
    .addColumn("acknowledged", "integer", (column) => column.notNull())
    .addColumn("first_acknowledged_at", "bigint")
    .addColumn("suppressed", "integer", (column) => column.notNull())
    .addColumn("outcome", "text")
    .addColumn("assignee", "text")
    .addColumn("incident_id", "text")
    .addColumn("alert", "text", (column) => column.notNull())
    .addColumn("care", "text")
    .execute();
  await createAlertIndexes(schema);

  await schema
    .createTable("shadow_alerts")
    .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("rule_id", "text", (column) => column.notNull())
    .addColumn("opened_at", "bigint", (column) => column.notNull())
    .addColumn("over_at", "bigint")
    .addColumn("changed_at", "bigint", (column) => column.notNull())
    .addColumn("alert", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("shadow_alerts_rule").on("shadow_alerts").columns(["rule_id", "opened_at"]).execute();
  await schema.createIndex("shadow_alerts_opened").on("shadow_alerts").column("opened_at").execute();
  await schema.createIndex("shadow_alerts_over").on("shadow_alerts").column("over_at").execute();
}

/**
 * A list is found by the one condition that lets the fewest through, newest first. What is usually asked together stands
 * in the same index, so that years of alerts are passed over without being read.
 */
async function createAlertIndexes(schema: Kysely<unknown>["schema"]): Promise<void> {
  const index = (name: string, columns: string[]) => schema.createIndex(`alerts_${name}`).on("alerts").columns(columns);
  const active = sql.ref("active");
  await index("active", ["severity", "opened_at"]).where(active, "=", 1).execute();
  await index("past", ["active", "opened_at", "severity", "place_id", "kind", "rule_id", "device_id"]).execute();
  await index("over", ["over_at"]).where(active, "=", 0).execute();
  const counted = ["rule_id", "over_at", "ended_by", "first_acknowledged_at", "outcome"];
  await index("opened", ["opened_at", ...counted]).execute();

  await index("severity", ["severity", "active", "opened_at", "place_id", "kind"]).execute();
  await index("kind", ["kind", "active", "opened_at", "place_id", "severity"]).execute();
  await index("place_id", ["place_id", "active", "opened_at", "severity", "kind"]).execute();
  await index("rule_id", ["rule_id", "active", "opened_at", "place_id"]).execute();
  await index("device_id", ["device_id", "active", "opened_at"]).execute();
  await index("acknowledged", ["acknowledged", "active", "opened_at", "place_id", "severity"]).execute();
  for (const column of ["suppressed", "latched"]) {
    await index(column, [column, "active", "opened_at"]).where(sql.ref(column), "=", 1).execute();
  }
  for (const column of ["assignee", "incident_id"]) {
    await index(column, [column, "active", "opened_at"]).where(sql.ref(column), "is not", null).execute();
  }
}

async function createResponse({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("alert_actions")
    .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("alert_id", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("by_type", "text", (column) => column.notNull())
    .addColumn("by_id", "text", (column) => column.notNull())
    .addColumn("deed", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("alert_actions_alert").on("alert_actions").columns(["alert_id", "seq"]).execute();

  await schema
    .createTable("incidents")
    .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("place_id", "text")
    .addColumn("open", "integer", (column) => column.notNull())
    .addColumn("opened_at", "bigint", (column) => column.notNull())
    .addColumn("closed_at", "bigint")
    .addColumn("incident", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("incidents_order").on("incidents").columns(["open", "opened_at"]).execute();
  await schema.createIndex("incidents_place").on("incidents").columns(["place_id", "open", "opened_at"]).execute();
  await schema.createIndex("incidents_closed").on("incidents").column("closed_at").execute();

  await schema
    .createTable("ledger")
    .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("alert_id", "text", (column) => column.notNull())
    .addColumn("incident_id", "text")
    .addColumn("occasion", "text", (column) => column.notNull())
    .addColumn("person_id", "text")
    .addColumn("channel_id", "text")
    .addColumn("verdict", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("about", "text", (column) => column.notNull())
    .addColumn("message_key", "text")
    .execute();
  await schema.createIndex("ledger_alert").on("ledger").columns(["alert_id", "seq"]).execute();
  await schema.createIndex("ledger_at").on("ledger").column("at").execute();
  await schema.createIndex("ledger_person").on("ledger").columns(["person_id", "at"]).execute();
  // one message says one thing about one alert, however often a commit is repeated
  await schema
    .createIndex("ledger_message")
    .on("ledger")
    .columns(["message_key", "verdict", "alert_id"])
    .unique()
    .where(sql.ref("message_key"), "is not", null)
    .execute();
}

async function createNotify({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("notify_checkpoint")
    .addColumn("role", "text", (column) => column.primaryKey())
    .addColumn("history_event", "bigint", (column) => column.notNull())
    .addColumn("history_transition", "bigint", (column) => column.notNull())
    .addColumn("action", "bigint", (column) => column.notNull())
    .addColumn("delivery", "bigint", (column) => column.notNull())
    .addColumn("memory", "text", (column) => column.notNull())
    .execute();

  await schema
    .createTable("notify_cases")
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("state", "text", (column) => column.notNull())
    .execute();

  // `line`: subject, channel and address; only its `head` may be sent
  await schema
    .createTable("outbox")
    .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("key", "text", (column) => column.notNull().unique())
    .addColumn("line", "text", (column) => column.notNull())
    .addColumn("head", "integer", (column) => column.notNull())
    .addColumn("urgent", "integer", (column) => column.notNull())
    .addColumn("subject", "text", (column) => column.notNull())
    .addColumn("channel_id", "text", (column) => column.notNull())
    .addColumn("address", "text", (column) => column.notNull())
    .addColumn("alert_id", "text", (column) => column.notNull())
    .addColumn("person_id", "text")
    .addColumn("queued_at", "bigint", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("due_at", "bigint", (column) => column.notNull())
    .addColumn("sending", "integer", (column) => column.notNull())
    .addColumn("last_error", "text")
    .addColumn("message", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("outbox_line").on("outbox").columns(["line", "seq"]).execute();
  await schema.createIndex("outbox_due").on("outbox").columns(["due_at"]).where(sql.ref("head"), "=", 1).execute();
  await schema.createIndex("outbox_channel").on("outbox").columns(["channel_id", "seq"]).execute();

  await schema
    .createTable("settled")
    .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("key", "text", (column) => column.notNull().unique())
    .addColumn("alert_id", "text", (column) => column.notNull())
    .addColumn("person_id", "text")
    .addColumn("channel_id", "text", (column) => column.notNull())
    .addColumn("told", "integer", (column) => column.notNull())
    .addColumn("detail", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .execute();
}

async function extendWatch({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("rule_memories")
    .addColumn("device_id", "text", (column) => column.notNull())
    .addColumn("rule_id", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("rule_memories_key", ["device_id", "rule_id"])
    .modifyEnd(sql`without rowid`)
    .execute();

  await schema
    .createTable("watch_parts")
    .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("commit_no", "bigint", (column) => column.notNull())
    .addColumn("part", "text", (column) => column.notNull())
    .execute();

  await schema.alterTable("transitions").addColumn("alert_id", "text").execute();
  await schema
    .createIndex("transitions_alert")
    .on("transitions")
    .columns(["alert_id", "seq"])
    .where(sql.ref("alert_id"), "is not", null)
    .execute();
  // alerts keep theirs, so the old ones of connections are no longer all that stands before some number
  await schema
    .createIndex("transitions_of_connections")
    .on("transitions")
    .column("at")
    .where(sql.ref("alert_id"), "is", null)
    .execute();
}
