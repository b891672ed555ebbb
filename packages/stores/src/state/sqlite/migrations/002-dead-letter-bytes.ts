import { type Kysely, sql } from "kysely";

/** Dead letters are bounded by the bytes of their payloads too: the sum is kept beside the count. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("dead_letter_counts")
    .addColumn("bytes", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
  await sql`update dead_letter_counts set bytes = (select coalesce(sum(length(payload)), 0) from dead_letters
    where dead_letters.reason = dead_letter_counts.reason)`.execute(db);
}
