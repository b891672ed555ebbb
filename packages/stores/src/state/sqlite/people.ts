import { type Grant, LinliError, type Person } from "@linli/model";
import type { Author } from "../author.ts";
import type { Connection } from "./connection.ts";
import { findPlace } from "./places.ts";
import { endSessionsOf } from "./sessions.ts";
import type { PersonRow } from "./tables.ts";
import { audit, differences, tell } from "./trail.ts";

function personOf(row: PersonRow): Person {
  return {
    id: row.id,
    name: row.name,
    grants: JSON.parse(row.grants) as Grant[],
    language: row.language as Person["language"],
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
  };
}

export function checkGrants(connection: Connection, grants: readonly Grant[]): void {
  for (const [index, { placeId }] of grants.entries()) {
    if (placeId === null || findPlace(connection, placeId)) continue;
    const message = `there is no place ${placeId}`;
    throw new LinliError("invalid", message, {
      problems: [{ field: `grants.${index}.placeId`, value: placeId, message }],
    });
  }
}

export function allPeople(connection: Connection): Person[] {
  return connection.all(connection.query.selectFrom("people").selectAll().orderBy("id")).map(personOf);
}

export function findPerson(connection: Connection, id: string): Person | undefined {
  const row = connection.first(connection.query.selectFrom("people").selectAll().where("id", "=", id));
  return row && personOf(row);
}

/** Who is disabled is signed out everywhere. */
export function putPerson(connection: Connection, person: Person, author: Author): void {
  checkGrants(connection, person.grants);
  const before = findPerson(connection, person.id);
  const columns = {
    name: person.name,
    grants: JSON.stringify(person.grants),
    language: person.language,
    disabled_at: person.disabledAt,
  };
  connection.run(
    connection.query
      .insertInto("people")
      .values({ id: person.id, ...columns, password_hash: null, created_at: person.createdAt })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(columns)),
  );
  const action = before ? "update" : "create";
  tell(connection, { topic: "person", id: person.id, at: author.at, data: { action } });
  const detail = differences(before ?? {}, { ...person, createdAt: before?.createdAt ?? person.createdAt });
  audit(connection, author, { action: `person.${action}`, target: person.id, detail });
  if (person.disabledAt !== null) endSessionsOf(connection, person.id, author.at);
}

export function setPassword(connection: Connection, change: { id: string; hash: string }, author: Author): void {
  const update = connection.query.updateTable("people").set({ password_hash: change.hash }).where("id", "=", change.id);
  if (connection.run(update) === 0) throw new LinliError("not-found", `there is no person ${change.id}`);
  tell(connection, { topic: "person", id: change.id, at: author.at, data: { action: "password" } });
  audit(connection, author, { action: "person.password", target: change.id, detail: null });
  endSessionsOf(connection, change.id, author.at);
}
