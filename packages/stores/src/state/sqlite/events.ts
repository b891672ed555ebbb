import type { DeviceEvent } from "@linli/model";
import type { EventFilter } from "../archive.ts";
import type { Page, PageRequest } from "../page.ts";
import type { Connection } from "./connection.ts";
import { afterMoment, pageOf } from "./cursor.ts";
import { inRounds } from "./rounds.ts";
import type { EventRow } from "./tables.ts";
import { tell } from "./trail.ts";

/** More new events than this in one part are told as a number: a flood must not fill the feed. */
const TOLD_ONE_BY_ONE = 200;

const PUT_EVENT = `insert into events (id, device_id, type, observed_at, received_at, seq, data, known)
  values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`;
const TRIM = `delete from events where id in
  (select id from events where observed_at < ? order by observed_at limit 1000)`;

export function eventOf(row: Omit<EventRow, "arrival">): DeviceEvent {
  return {
    id: row.id,
    deviceId: row.device_id,
    type: row.type,
    observedAt: row.observed_at,
    receivedAt: row.received_at,
    ...(row.seq === null ? {} : { seq: row.seq }),
    ...(row.data === null ? {} : { data: JSON.parse(row.data) as NonNullable<DeviceEvent["data"]> }),
    known: row.known === 1,
  };
}

/** Those not stored before are told. */
export function putEvents(connection: Connection, events: readonly DeviceEvent[]): void {
  const put = connection.statement(PUT_EVENT);
  const added = events.filter((event) => {
    const { id, deviceId, type, observedAt, receivedAt, seq, data, known } = event;
    const json = data === undefined ? null : JSON.stringify(data);
    return put.run(id, deviceId, type, observedAt, receivedAt, seq ?? null, json, known ? 1 : 0).changes === 1;
  });
  const newest = added.at(-1);
  if (newest === undefined) return;
  if (added.length > TOLD_ONE_BY_ONE) {
    tell(connection, { topic: "event", id: "", at: newest.receivedAt, data: { added: added.length } });
    return;
  }
  for (const { id, deviceId, type, observedAt, receivedAt } of added) {
    tell(connection, { topic: "event", id, at: receivedAt, data: { deviceId, type, observedAt } });
  }
}

/** Newest first, by the device's time. */
export function listEvents(connection: Connection, filter: EventFilter, page: PageRequest): Page<DeviceEvent> {
  let chosen = connection.query.selectFrom("events");
  if (filter.deviceId !== undefined) chosen = chosen.where("device_id", "=", filter.deviceId);
  if (filter.type !== undefined) chosen = chosen.where("type", "=", filter.type);
  if (filter.from !== undefined) chosen = chosen.where("observed_at", ">=", filter.from);
  if (filter.to !== undefined) chosen = chosen.where("observed_at", "<", filter.to);
  const total = connection.first(chosen.select(({ fn }) => fn.countAll<number>().as("count")))?.count ?? 0;
  if (page.after !== undefined) {
    const { at, id } = afterMoment(page.after);
    chosen = chosen.where((eb) => eb(eb.refTuple("observed_at", "id"), "<", eb.tuple(at, id)));
  }
  const ordered = chosen.selectAll().orderBy("observed_at", "desc").orderBy("id", "desc");
  const rows = connection.all(ordered.limit(page.limit + 1));
  return pageOf(rows, total, { limit: page.limit, key: (row) => [row.observed_at, row.id], item: eventOf });
}

export function trimEvents(connection: Connection, before: number): Promise<void> {
  return inRounds(connection, () => connection.statement(TRIM).run(before).changes);
}
