import { randomUUID } from "node:crypto";
import { LinliError } from "@linli/model";
import type { Author } from "../author.ts";
import type { Credential } from "../registry.ts";
import type { Connection } from "./connection.ts";
import { findDevice } from "./device-rows.ts";
import type { CredentialRow } from "./tables.ts";
import { audit, tell } from "./trail.ts";

const USED = "select id from credentials where hash = ?";
const INSERT = `insert into credentials (id, device_id, type, hash, created_at, expires_at, revoked_at)
  values (?, ?, 'token', ?, ?, ?, null)`;

function credentialOf(row: CredentialRow): Credential {
  return {
    id: row.id,
    deviceId: row.device_id,
    type: "token",
    hash: row.hash,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}

/** All there ever were of a device, newest first. */
export function credentialsOf(connection: Connection, deviceId: string): Credential[] {
  const query = connection.query.selectFrom("credentials").selectAll().where("device_id", "=", deviceId);
  return connection.all(query.orderBy("created_at", "desc").orderBy("id")).map(credentialOf);
}

/** Those of the whole fleet that were not revoked, by id. */
export function validCredentials(connection: Connection, after: string, limit: number): Credential[] {
  const query = connection.query.selectFrom("credentials").selectAll().where("revoked_at", "is", null);
  return connection.all(query.where("id", ">", after).orderBy("id").limit(limit)).map(credentialOf);
}

interface NewCredential {
  readonly deviceId: string;
  readonly hash: Uint8Array;
  readonly expiresAt: number | null;
}

/** Belongs into a write transaction, like everything below. */
export function issueCredential(connection: Connection, wanted: NewCredential, author: Author): Credential {
  const { deviceId, hash, expiresAt } = wanted;
  const device = findDevice(connection, deviceId);
  if (!device) throw new LinliError("not-found", `there is no device ${deviceId}`);
  if (device.retiredAt !== null) throw new LinliError("conflict", `device ${deviceId} is retired`);
  if (connection.statement(USED).get(hash) !== undefined) {
    throw new LinliError("conflict", `device ${deviceId}: this token is or was in use; choose another`, {
      problems: [{ field: "token", message: "is or was in use" }],
    });
  }
  const id = randomUUID();
  connection.statement(INSERT).run(id, deviceId, hash, author.at, expiresAt);
  tell(connection, { topic: "credential", id, at: author.at, data: { action: "issue", deviceId } });
  audit(connection, author, { action: "credential.issue", target: id, detail: { deviceId, expiresAt } });
  return { id, deviceId, type: "token", hash, createdAt: author.at, expiresAt, revokedAt: null };
}

function revoke(connection: Connection, row: CredentialRow, author: Author): void {
  const { id, device_id: deviceId } = row;
  connection.run(connection.query.updateTable("credentials").set({ revoked_at: author.at }).where("id", "=", id));
  tell(connection, { topic: "credential", id, at: author.at, data: { action: "revoke", deviceId } });
  audit(connection, author, { action: "credential.revoke", target: id, detail: { deviceId, revokedAt: author.at } });
}

function expire(connection: Connection, row: CredentialRow, endsAt: number, author: Author): void {
  const { id, device_id: deviceId, expires_at: before } = row;
  connection.run(connection.query.updateTable("credentials").set({ expires_at: endsAt }).where("id", "=", id));
  tell(connection, { topic: "credential", id, at: author.at, data: { action: "expire", deviceId, expiresAt: endsAt } });
  const expiresAt = { before, after: endsAt };
  audit(connection, author, { action: "credential.expire", target: id, detail: { deviceId, expiresAt } });
}

export function revokeCredential(connection: Connection, id: string, author: Author): void {
  const row = connection.first(connection.query.selectFrom("credentials").selectAll().where("id", "=", id));
  if (!row) throw new LinliError("not-found", `there is no credential ${id}`);
  if (row.revoked_at === null) revoke(connection, row, author);
}

/** Ends all credentials of a device at `at`: now means revoked. One that ends sooner is left alone. */
export function endCredentials(connection: Connection, end: { deviceId: string; at: number }, author: Author): void {
  const { query } = connection;
  const rows = connection.all(
    query.selectFrom("credentials").selectAll().where("device_id", "=", end.deviceId).where("revoked_at", "is", null),
  );
  for (const row of rows) {
    // what has expired is revoked as well, so that it no longer counts among those that may work
    if (end.at <= author.at || (row.expires_at !== null && row.expires_at <= author.at))
      revoke(connection, row, author);
    else if (row.expires_at === null || row.expires_at > end.at) expire(connection, row, end.at, author);
  }
}
