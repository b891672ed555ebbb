import { LinliError } from "@linli/model";
import type { Session } from "../access.ts";
import type { Connection } from "./connection.ts";
import type { SessionRow } from "./tables.ts";
import { tell } from "./trail.ts";

function sessionOf(row: SessionRow): Session {
  return {
    id: row.id,
    personId: row.person_id,
    hash: row.hash,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    userAgent: row.user_agent,
  };
}

export function findSession(connection: Connection, hash: Uint8Array): Session | undefined {
  const row = connection.first(connection.query.selectFrom("sessions").selectAll().where("hash", "=", hash));
  return row && sessionOf(row);
}

function tellSession(connection: Connection, session: { id: string; personId: string }, action: string, at: number) {
  tell(connection, { topic: "session", id: session.id, at, data: { action, personId: session.personId } });
}

/** Belongs into a write transaction, like everything below. Also forgets the sessions that have run out. */
export function createSession(connection: Connection, session: Session): void {
  const { id, personId, hash, createdAt, expiresAt, userAgent } = session;
  const { query } = connection;
  if (!connection.first(query.selectFrom("people").select("id").where("id", "=", personId))) {
    throw new LinliError("not-found", `there is no person ${personId}`);
  }
  connection.run(query.deleteFrom("sessions").where("expires_at", "<=", createdAt));
  const row = { id, person_id: personId, hash, created_at: createdAt, expires_at: expiresAt, user_agent: userAgent };
  connection.run(query.insertInto("sessions").values(row));
  tellSession(connection, session, "create", createdAt);
}

export function endSession(connection: Connection, id: string, at: number): void {
  const row = connection.first(connection.query.selectFrom("sessions").selectAll().where("id", "=", id));
  if (!row) return;
  connection.run(connection.query.deleteFrom("sessions").where("id", "=", id));
  tellSession(connection, sessionOf(row), "end", at);
}

export function endSessionsOf(connection: Connection, personId: string, at: number): void {
  const rows = connection.all(connection.query.selectFrom("sessions").selectAll().where("person_id", "=", personId));
  for (const row of rows) endSession(connection, row.id, at);
}
