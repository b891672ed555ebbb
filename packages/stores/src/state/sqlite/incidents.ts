import type { Incident } from "@linli/model";
import { sql } from "kysely";
import type { AlertStore } from "../alerts.ts";
import type { Page, PageRequest } from "../page.ts";
import type { Connection } from "./connection.ts";
import { afterPlace, countedTo, pageOf } from "./cursor.ts";
import { placesWithin } from "./place-scope.ts";
import { tell } from "./trail.ts";

const PUT = `insert into incidents (id, place_id, open, opened_at, closed_at, incident) values (?, ?, ?, ?, ?, ?)
  on conflict (id) do update set place_id = excluded.place_id, open = excluded.open, closed_at = excluded.closed_at,
    incident = excluded.incident`;

function incidentOf(row: { incident: string }): Incident {
  return JSON.parse(row.incident) as Incident;
}

export function findIncident(connection: Connection, id: string): Incident | undefined {
  const row = connection.first(connection.query.selectFrom("incidents").select("incident").where("id", "=", id));
  return row && incidentOf(row);
}

/** Belongs into a write transaction. */
export function putIncident(connection: Connection, incident: Incident, at: number): void {
  const { id, placeId, openedAt, closedAt, severity } = incident;
  const open = closedAt === null;
  connection.statement(PUT).run(id, placeId, open ? 1 : 0, openedAt, closedAt, JSON.stringify(incident));
  tell(connection, { topic: "incident", id, at, data: { placeId, severity, open } });
}

export function listIncidents(
  connection: Connection,
  filter: Parameters<AlertStore["incidents"]>[0],
  page: PageRequest,
): Page<Incident> {
  let chosen = connection.query.selectFrom("incidents");
  if (filter.open !== undefined) chosen = chosen.where("open", "=", filter.open ? 1 : 0);
  if (filter.placeIds !== undefined) {
    const within = JSON.stringify(placesWithin(connection, filter.placeIds));
    chosen = chosen.where(sql<boolean>`place_id in (select value from json_each(${within}))`);
  }
  const total = countedTo(connection, chosen.select("seq"));
  if (page.after !== undefined) {
    const [open, openedAt, seq] = afterPlace(page.after, 3);
    const after = sql`(${open}, ${openedAt}, ${seq})`;
    chosen = chosen.where(sql<boolean>`(open, opened_at, seq) < ${after}`);
  }
  const ordered = chosen.selectAll().orderBy("open", "desc").orderBy("opened_at", "desc").orderBy("seq", "desc");
  const rows = connection.all(ordered.limit(page.limit + 1));
  return pageOf(rows, total, {
    limit: page.limit,
    key: (row) => [row.open, row.opened_at, row.seq],
    item: incidentOf,
  });
}
