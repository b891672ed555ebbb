import { type Alert, SEVERITIES, type Severity } from "@linli/model";
import type { AlertStore, AlertTimeLine } from "../alerts.ts";
import type { Page, PageRequest } from "../page.ts";
import { act, actionOf, actionsAfter } from "./alert-actions.ts";
import { IS_NO_DRILL } from "./alert-filter.ts";
import { listAlerts } from "./alert-list.ts";
import { findAlert, recordOf } from "./alert-rows.ts";
import { ruleStatistics } from "./alert-statistics.ts";
import type { AlertActionRow, LedgerRow } from "./alert-tables.ts";
import { trimAlerts } from "./alert-trim.ts";
import type { Connection } from "./connection.ts";
import { afterPlace, countedTo, pageOf } from "./cursor.ts";
import { findIncident, listIncidents } from "./incidents.ts";
import { entryOf, listLedger } from "./ledger.ts";
import { placesWithin } from "./place-scope.ts";
import { transitionOf } from "./watch.ts";

/** The newest of what happened to one alert; the rest of a very long one is not shown. */
const MOST_SHOWN = 1_000;
const OPEN_BY_SEVERITY = `select severity, count(*) as count from alerts indexed by alerts_active
  where active = 1 and ${IS_NO_DRILL}`;
const AT_PLACES = "and place_id in (select value from json_each(?))";

function countOpen(connection: Connection, placeIds: readonly string[] | undefined): Record<Severity, number> {
  const within = placeIds === undefined ? [] : [JSON.stringify(placesWithin(connection, placeIds))];
  const sql = `${OPEN_BY_SEVERITY} ${placeIds === undefined ? "" : AT_PLACES} group by severity`;
  const counts = new Map(
    connection
      .statement(sql)
      .all(...within)
      .map((row) => [row["severity"], Number(row["count"])]),
  );
  return Object.fromEntries(SEVERITIES.map((severity, rank) => [severity, counts.get(rank) ?? 0])) as Record<
    Severity,
    number
  >;
}

function timeLine(connection: Connection, id: string): AlertTimeLine | undefined {
  if (findAlert(connection, id) === undefined) return undefined;
  const newest = <Table extends "transitions" | "alert_actions" | "ledger">(table: Table) => {
    const own = connection.query.selectFrom<"transitions" | "alert_actions" | "ledger">(table).selectAll();
    return connection.all(own.where("alert_id", "=", id).orderBy("seq", "desc").limit(MOST_SHOWN)).toReversed();
  };
  return {
    transitions: (newest("transitions") as Parameters<typeof transitionOf>[0][]).map(transitionOf),
    actions: (newest("alert_actions") as AlertActionRow[]).map(actionOf),
    ledger: (newest("ledger") as LedgerRow[]).map(entryOf),
  };
}

function listShadows(connection: Connection, ruleId: string | undefined, page: PageRequest): Page<Alert> {
  const all = connection.query.selectFrom("shadow_alerts");
  let chosen = ruleId === undefined ? all : all.where("rule_id", "=", ruleId);
  const total = countedTo(connection, chosen.select("seq"));
  if (page.after !== undefined) {
    const [openedAt = 0, seq = 0] = afterPlace(page.after, 2);
    chosen = chosen.where((eb) => eb(eb.refTuple("opened_at", "seq"), "<", eb.tuple(openedAt, seq)));
  }
  const ordered = chosen.selectAll().orderBy("opened_at", "desc").orderBy("seq", "desc");
  const rows = connection.all(ordered.limit(page.limit + 1));
  const item = (row: (typeof rows)[number]) => JSON.parse(row.alert) as Alert;
  return pageOf(rows, total, { limit: page.limit, key: (row) => [row.opened_at, row.seq], item });
}

export function createAlerts(connection: Connection): AlertStore {
  return {
    alert: (id) =>
      connection.read(() => {
        const row = findAlert(connection, id);
        return row && recordOf(row);
      }),
    alerts: (filter, page) => connection.read(() => listAlerts(connection, filter, page)),
    counts: (placeIds) => connection.read(() => countOpen(connection, placeIds)),
    timeLine: (id) => connection.read(() => timeLine(connection, id)),
    shadows: (ruleId, page) => connection.read(() => listShadows(connection, ruleId, page)),
    act: (alertId, deed, author) => connection.write(() => act(connection, alertId, deed, author)),
    actionsAfter: (seq, limit) => connection.read(() => actionsAfter(connection, seq, limit)),
    incident: (id) => connection.read(() => findIncident(connection, id)),
    incidents: (filter, page) => connection.read(() => listIncidents(connection, filter, page)),
    ledger: (filter, page) => connection.read(() => listLedger(connection, filter, page)),
    statistics: (from, to) => ruleStatistics(connection, from, to),
    trim: (before) => trimAlerts(connection, before),
  };
}
