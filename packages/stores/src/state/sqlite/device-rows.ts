import type { Device, NewDevice } from "@linli/model";
import { sql } from "kysely";
import type { DeviceFilter } from "../registry.ts";
import type { Connection } from "./connection.ts";
import type { DeviceRow } from "./tables.ts";

const FIND = "select * from devices where id = ?";
const INSERT = `insert into devices (id, kind, name, place_id, gateway_id, units, extra_points, offline_after_ms, tags,
    search_text, version, created_at, retired_at)
  values (:id, :kind, :name, :place_id, :gateway_id, :units, :extra_points, :offline_after_ms, :tags,
    :search_text, :version, :created_at, :retired_at)`;

/** Most devices have none of these: one shared empty object instead of twenty thousand. */
const EMPTY = Object.freeze({});

function parsed<T extends object>(json: string): T {
  return (json === "{}" ? EMPTY : JSON.parse(json)) as T;
}

export function deviceOf(row: DeviceRow): Device {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    placeId: row.place_id,
    gatewayId: row.gateway_id,
    units: parsed(row.units),
    extraPoints: parsed(row.extra_points),
    offlineAfterMs: row.offline_after_ms,
    tags: parsed(row.tags),
    version: row.version,
    createdAt: row.created_at,
    retiredAt: row.retired_at,
  };
}

/** One form for what is searched and what is searched for: full-width and upper case make no difference. */
export function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

export function columnsOf(device: NewDevice): Omit<DeviceRow, "version" | "created_at" | "retired_at"> {
  return {
    id: device.id,
    kind: device.kind,
    name: device.name,
    place_id: device.placeId,
    gateway_id: device.gatewayId,
    units: JSON.stringify(device.units),
    extra_points: JSON.stringify(device.extraPoints),
    offline_after_ms: device.offlineAfterMs,
    tags: JSON.stringify(device.tags),
    search_text: folded([device.id, device.name, ...Object.entries(device.tags).flat()].join("\n")),
  };
}

export function findDevice(connection: Connection, id: string): Device | undefined {
  const row = connection.statement(FIND).get(id) as DeviceRow | undefined;
  return row && deviceOf(row);
}

export function insertDevice(connection: Connection, device: Device): void {
  const { version, createdAt: created_at, retiredAt: retired_at } = device;
  connection.statement(INSERT).run({ ...columnsOf(device), version, created_at, retired_at });
}

/** For `search_text like … escape '\'`. */
export function searchPattern(search: string): string {
  return `%${folded(search).replaceAll(/[\\%_]/g, "\\$&")}%`;
}

/** An empty list of places is a scope of nothing. */
function within(placeIds: readonly string[]) {
  const roots =
    placeIds.length === 0 ? sql`select null where 1 = 0` : sql`values ${sql.join(placeIds.map((id) => sql`(${id})`))}`;
  return sql<boolean>`place_id in (
    with recursive scope (id) as (
      ${roots} union select places.id from places join scope on places.parent_id = scope.id
    ) select id from scope)`;
}

/** The devices that match, to be selected from. */
export function matching(connection: Connection, filter: DeviceFilter) {
  let query = connection.query.selectFrom("devices");
  if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
  if (filter.gatewayId !== undefined) query = query.where("gateway_id", "=", filter.gatewayId);
  if (filter.retired !== undefined) query = query.where("retired_at", filter.retired ? "is not" : "is", null);
  if (filter.placeIds !== undefined) query = query.where(within(filter.placeIds));
  if (filter.search !== undefined && filter.search !== "") {
    query = query.where(sql<boolean>`search_text like ${searchPattern(filter.search)} escape '\\'`);
  }
  return query;
}
