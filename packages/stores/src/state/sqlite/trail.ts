import type { Author } from "../author.ts";
import type { Change } from "../changes.ts";
import type { Connection } from "./connection.ts";

const INSERT_CHANGE = "insert into changes (at, topic, id, data) values (?, ?, ?, ?)";
const INSERT_AUDIT =
  "insert into audit (at, author_id, author_type, address, action, target, detail) values (?, ?, ?, ?, ?, ?, ?)";

/** Tells the other processes; belongs into the transaction of what it tells. Ids and small facts, never a secret. */
export function tell(connection: Connection, change: Omit<Change, "seq">): void {
  connection.statement(INSERT_CHANGE).run(change.at, change.topic, change.id, JSON.stringify(change.data));
}

/** Appends the audit line; belongs into the transaction of what was done. Never a secret. */
export function audit(
  connection: Connection,
  author: Author,
  line: { action: string; target: string; detail: unknown },
) {
  connection
    .statement(INSERT_AUDIT)
    .run(
      author.at,
      author.id,
      author.type,
      author.address ?? null,
      line.action,
      line.target,
      JSON.stringify(line.detail ?? null),
    );
}

/** The fields that differ, each with what it was and what it is. */
export function differences(before: object, after: object): Record<string, { before: unknown; after: unknown }> {
  const was = before as Record<string, unknown>;
  const is = after as Record<string, unknown>;
  const changed = Object.keys(is).filter((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]));
  return Object.fromEntries(changed.map((field) => [field, { before: was[field], after: is[field] }]));
}
