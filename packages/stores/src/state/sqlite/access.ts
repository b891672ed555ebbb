import type { AccessStore, AuditEntry, AuditFilter } from "../access.ts";
import type { Author } from "../author.ts";
import type { Page, PageRequest } from "../page.ts";
import type { Connection } from "./connection.ts";
import { afterNumber, pageOf } from "./cursor.ts";
import { allPeople, findPerson, putPerson, setPassword } from "./people.ts";
import { createSession, endSession, endSessionsOf, findSession } from "./sessions.ts";
import { allTokens, createToken, findToken, revokeToken } from "./tokens.ts";
import { audit } from "./trail.ts";

/** Newest first. */
function listAudit(connection: Connection, filter: AuditFilter, page: PageRequest): Page<AuditEntry> {
  let chosen = connection.query.selectFrom("audit");
  if (filter.action !== undefined) chosen = chosen.where("action", "=", filter.action);
  if (filter.target !== undefined) chosen = chosen.where("target", "=", filter.target);
  if (filter.authorId !== undefined) chosen = chosen.where("author_id", "=", filter.authorId);
  if (filter.from !== undefined) chosen = chosen.where("at", ">=", filter.from);
  if (filter.to !== undefined) chosen = chosen.where("at", "<", filter.to);
  const total = connection.first(chosen.select(({ fn }) => fn.countAll<number>().as("count")))?.count ?? 0;
  if (page.after !== undefined) chosen = chosen.where("seq", "<", afterNumber(page.after));
  const rows = connection.all(
    chosen
      .selectAll()
      .orderBy("seq", "desc")
      .limit(page.limit + 1),
  );
  const item = (row: (typeof rows)[number]): AuditEntry => ({
    seq: row.seq,
    at: row.at,
    authorId: row.author_id,
    authorType: row.author_type as Author["type"],
    address: row.address,
    action: row.action,
    target: row.target,
    detail: JSON.parse(row.detail) as unknown,
  });
  return pageOf(rows, total, { limit: page.limit, key: (row) => [row.seq], item });
}

export function createAccess(connection: Connection): AccessStore {
  const { query } = connection;
  return {
    people: () => connection.read(() => allPeople(connection)),
    person: (id) => connection.read(() => findPerson(connection, id)),
    putPerson: (person, author) => connection.write(() => putPerson(connection, person, author)),
    setPassword: (id, hash, author) => connection.write(() => setPassword(connection, { id, hash }, author)),
    passwordHash: (id) =>
      connection.read(() => {
        const row = connection.first(query.selectFrom("people").select("password_hash").where("id", "=", id));
        return row?.password_hash ?? undefined;
      }),

    createSession: (session) => connection.write(() => createSession(connection, session)),
    sessionByHash: (hash) => connection.read(() => findSession(connection, hash)),
    endSession: (id) => connection.write(() => endSession(connection, id, Date.now())),
    endSessions: (personId) => connection.write(() => endSessionsOf(connection, personId, Date.now())),

    tokens: () => connection.read(() => allTokens(connection)),
    tokenByHash: (hash) => connection.read(() => findToken(connection, hash)),
    createToken: (token, author) => connection.write(() => createToken(connection, token, author)),
    revokeToken: (id, author) => connection.write(() => revokeToken(connection, id, author)),

    recordAudit: (author, action, target, detail) =>
      connection.write(() => audit(connection, author, { action, target, detail })),
    audit: (filter, page) => connection.read(() => listAudit(connection, filter, page)),
  };
}
