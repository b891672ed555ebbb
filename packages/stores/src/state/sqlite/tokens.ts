import { type Grant, LinliError } from "@linli/model";
import type { ApiToken } from "../access.ts";
import type { Author } from "../author.ts";
import type { Connection } from "./connection.ts";
import { checkGrants } from "./people.ts";
import type { TokenRow } from "./tables.ts";
import { audit, tell } from "./trail.ts";

function tokenOf(row: TokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    grants: JSON.parse(row.grants) as Grant[],
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}

export function allTokens(connection: Connection): ApiToken[] {
  const query = connection.query.selectFrom("tokens").selectAll().orderBy("created_at", "desc").orderBy("id");
  return connection.all(query).map(tokenOf);
}

/** Revoked and expired ones too: the caller says why it refuses. */
export function findToken(connection: Connection, hash: Uint8Array): ApiToken | undefined {
  const row = connection.first(connection.query.selectFrom("tokens").selectAll().where("hash", "=", hash));
  return row && tokenOf(row);
}

/** Belongs into a write transaction, like everything below. */
export function createToken(connection: Connection, token: ApiToken, author: Author): void {
  const { id, name, hash, grants, createdAt, createdBy, expiresAt, revokedAt } = token;
  checkGrants(connection, grants);
  const taken = connection.query.selectFrom("tokens").select("id");
  if (connection.first(taken.where((eb) => eb.or([eb("id", "=", id), eb("hash", "=", hash)])))) {
    throw new LinliError("conflict", `token ${id} (${name}) exists already`);
  }
  const row = { id, name, hash, grants: JSON.stringify(grants), created_at: createdAt, created_by: createdBy };
  connection.run(
    connection.query.insertInto("tokens").values({ ...row, expires_at: expiresAt, revoked_at: revokedAt }),
  );
  tell(connection, { topic: "token", id, at: author.at, data: { action: "create" } });
  audit(connection, author, { action: "token.create", target: id, detail: { name, grants, createdBy, expiresAt } });
}

export function revokeToken(connection: Connection, id: string, author: Author): void {
  const row = connection.first(connection.query.selectFrom("tokens").selectAll().where("id", "=", id));
  if (!row) throw new LinliError("not-found", `there is no token ${id}`);
  if (row.revoked_at !== null) return;
  connection.run(connection.query.updateTable("tokens").set({ revoked_at: author.at }).where("id", "=", id));
  tell(connection, { topic: "token", id, at: author.at, data: { action: "revoke" } });
  audit(connection, author, { action: "token.revoke", target: id, detail: { name: row.name, revokedAt: author.at } });
}
