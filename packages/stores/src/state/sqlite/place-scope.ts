import type { Connection } from "./connection.ts";

const WITHIN = `with recursive scope (id) as (
    select value from json_each(?) union select places.id from places join scope on places.parent_id = scope.id
  ) select id from scope`;

/** These places and everything below them. */
export function placesWithin(connection: Connection, placeIds: readonly string[]): string[] {
  const rows = connection.statement(WITHIN).all(JSON.stringify(placeIds));
  return rows.map((row) => String(row["id"]));
}
