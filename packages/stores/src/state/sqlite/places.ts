import { LinliError, PLACE_PARENTS, type Place, type PlaceLevel } from "@linli/model";
import type { Author } from "../author.ts";
import type { Connection } from "./connection.ts";
import type { Tables } from "./tables.ts";
import { audit, differences, tell } from "./trail.ts";

type PlaceRow = Tables["places"];

const FIND = "select * from places where id = ?";

function placeOf(row: PlaceRow): Place {
  return {
    id: row.id,
    level: row.level as PlaceLevel,
    parentId: row.parent_id,
    name: row.name,
    order: row.sort_order,
  };
}

export function findPlace(connection: Connection, id: string): Place | undefined {
  const row = connection.statement(FIND).get(id) as PlaceRow | undefined;
  return row && placeOf(row);
}

export function allPlaces(connection: Connection): Place[] {
  const query = connection.query.selectFrom("places").selectAll().orderBy("sort_order").orderBy("name").orderBy("id");
  return connection.all(query).map(placeOf);
}

function invalid(field: string, value: unknown, message: string): LinliError {
  return new LinliError("invalid", message, { problems: [{ field, value, message }] });
}

/** Each level stands under a higher one only, so a tree that obeys the levels has no cycle. */
function checkParent(connection: Connection, place: Place): void {
  if (place.parentId === place.id)
    throw invalid("parentId", place.parentId, `place ${place.id} cannot be below itself`);
  const parent = place.parentId === null ? null : findPlace(connection, place.parentId);
  if (parent === undefined) throw invalid("parentId", place.parentId, `there is no place ${place.parentId}`);
  if (PLACE_PARENTS[place.level].includes(parent?.level ?? null)) return;
  const where = parent === null ? "be a root" : `stand under a ${parent.level} (${parent.id})`;
  throw invalid("parentId", place.parentId, `place ${place.id}: a ${place.level} cannot ${where}`);
}

function checkChildren(connection: Connection, place: Place): void {
  const children = connection.query.selectFrom("places").selectAll().where("parent_id", "=", place.id);
  const misfit = connection.all(children).find((row) => !PLACE_PARENTS[row.level as PlaceLevel].includes(place.level));
  if (misfit === undefined) return;
  throw invalid("level", place.level, `${misfit.id}, a ${misfit.level}, cannot stand under a ${place.level}`);
}

/** Belongs into a write transaction, like everything below. */
export function putPlace(connection: Connection, place: Place, author: Author): void {
  checkParent(connection, place);
  const before = findPlace(connection, place.id);
  if (before && before.level !== place.level) checkChildren(connection, place);
  const { id, level, parentId: parent_id, name, order: sort_order } = place;
  connection.run(
    connection.query
      .insertInto("places")
      .values({ id, level, parent_id, name, sort_order })
      .onConflict((conflict) => conflict.column("id").doUpdateSet({ level, parent_id, name, sort_order })),
  );
  const action = before ? "update" : "create";
  tell(connection, { topic: "place", id, at: author.at, data: { action } });
  audit(connection, author, { action: `place.${action}`, target: id, detail: differences(before ?? {}, place) });
}

export function removePlace(connection: Connection, id: string, author: Author): void {
  const place = findPlace(connection, id);
  if (!place) throw new LinliError("not-found", `there is no place ${id}`);
  const child = connection.first(connection.query.selectFrom("places").select("id").where("parent_id", "=", id));
  if (child) throw new LinliError("conflict", `place ${id} still has places in it, such as ${child.id}`);
  const device = connection.first(
    connection.query
      .selectFrom("devices")
      .select(["id", "retired_at"])
      .where("place_id", "=", id)
      .orderBy("retired_at"),
  );
  if (device) {
    const retired = device.retired_at === null ? "" : " (retired, its history belongs here)";
    throw new LinliError("conflict", `place ${id} still has devices in it, such as ${device.id}${retired}`);
  }
  connection.run(connection.query.deleteFrom("places").where("id", "=", id));
  tell(connection, { topic: "place", id, at: author.at, data: { action: "remove" } });
  audit(connection, author, { action: "place.remove", target: id, detail: place });
}
