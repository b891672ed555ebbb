import type { Connection } from "./connection.ts";
import { inRounds } from "./rounds.ts";

const ALERTS_AT_ONCE = 50;
const ROWS_AT_ONCE = 1_000;

const OLD = `select id from alerts indexed by alerts_over where active = 0 and over_at < ? order by over_at
  limit ${ALERTS_AT_ONCE}`;
const OF_AN_ALERT = ["transitions", "alert_actions", "ledger"].map(
  (table) => `delete from ${table} where alert_id = ?`,
);
const FORGET = "delete from alerts where id = ?";

// lines of what is no alert, such as an incident's or an exercise's
const OLD_ROWS = [
  `delete from ledger where seq in (select seq from ledger where at < ?
    and not exists (select 1 from alerts where alerts.id = ledger.alert_id) order by at limit ${ROWS_AT_ONCE})`,
  `delete from shadow_alerts where seq in
    (select seq from shadow_alerts where over_at < ? order by over_at limit ${ROWS_AT_ONCE})`,
  `delete from incidents where seq in
    (select seq from incidents where closed_at < ? order by closed_at limit ${ROWS_AT_ONCE})`,
];

function trimSome(connection: Connection, before: number): number {
  const ids = connection.statement(OLD).all(before);
  for (const { id } of ids) {
    for (const sql of [...OF_AN_ALERT, FORGET]) connection.statement(sql).run(String(id));
  }
  return ids.length;
}

/** Alerts that were over before, with all that happened to them; never an active one. */
export async function trimAlerts(connection: Connection, before: number): Promise<void> {
  await inRounds(connection, () => trimSome(connection, before));
  for (const sql of OLD_ROWS) await inRounds(connection, () => connection.statement(sql).run(before).changes);
}
