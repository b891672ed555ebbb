import type { LedgerEntry, NewLedgerEntry } from "@linli/model";
import type { LedgerFilter } from "../alerts.ts";
import type { Page, PageRequest } from "../page.ts";
import type { LedgerRow } from "./alert-tables.ts";
import type { Connection } from "./connection.ts";
import { afterPlace, countedTo, pageOf } from "./cursor.ts";

const ADD = `insert into ledger (at, alert_id, incident_id, occasion, person_id, channel_id, verdict, reason, about, message_key)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`;
const MOST_ABOUT = 500;

export function entryOf(row: LedgerRow): LedgerEntry {
  return {
    seq: row.seq,
    at: row.at,
    alertId: row.alert_id,
    incidentId: row.incident_id,
    occasion: row.occasion as LedgerEntry["occasion"],
    personId: row.person_id,
    channelId: row.channel_id,
    verdict: row.verdict as LedgerEntry["verdict"],
    reason: row.reason as LedgerEntry["reason"],
    about: row.about,
    messageKey: row.message_key,
  };
}

/** Belongs into a write transaction. What a message said already of an alert is not said again. */
export function addEntry(connection: Connection, entry: NewLedgerEntry): void {
  const { at, alertId, incidentId, occasion, personId, channelId, verdict, reason, about, messageKey } = entry;
  const add = connection.statement(ADD);
  const short = about.slice(0, MOST_ABOUT);
  add.run(at, alertId, incidentId, occasion, personId, channelId, verdict, reason, short, messageKey);
}

/** Newest first. */
export function listLedger(connection: Connection, filter: LedgerFilter, page: PageRequest): Page<LedgerEntry> {
  let chosen = connection.query.selectFrom("ledger");
  if (filter.personId !== undefined) chosen = chosen.where("person_id", "=", filter.personId);
  if (filter.channelId !== undefined) chosen = chosen.where("channel_id", "=", filter.channelId);
  if (filter.about !== undefined) chosen = chosen.where("about", "=", filter.about);
  if (filter.from !== undefined) chosen = chosen.where("at", ">=", filter.from);
  if (filter.to !== undefined) chosen = chosen.where("at", "<", filter.to);
  const total = countedTo(connection, chosen.select("seq"));
  if (page.after !== undefined) {
    const [at, seq] = afterPlace(page.after, 2);
    chosen = chosen.where((eb) => eb(eb.refTuple("at", "seq"), "<", eb.tuple(at ?? 0, seq ?? 0)));
  }
  const ordered = chosen.selectAll().orderBy("at", "desc").orderBy("seq", "desc");
  const rows = connection.all(ordered.limit(page.limit + 1));
  return pageOf(rows, total, { limit: page.limit, key: (row) => [row.at, row.seq], item: entryOf });
}
