import { type Alert, type AlertCare, SEVERITIES, type Severity } from "@linli/model";
import type { AlertRecord } from "../alerts.ts";
import type { Transition } from "../watch.ts";
import type { AlertRow } from "./alert-tables.ts";
import type { Connection } from "./connection.ts";
import { tell } from "./trail.ts";

const FIND = "select * from alerts where id = ?";
const KIND_AND_PLACE = "select kind, place_id from devices where id = ?";
const OPEN = `insert into alerts (id, rule_id, device_id, kind, place_id, opened_at, active, severity, latched, ended_by,
    over_at, changed_at, acknowledged, suppressed, alert)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?)`;
const CHANGE = `update alerts set active = ?, severity = ?, latched = ?, ended_by = ?, over_at = ?, changed_at = ?, alert = ?
  where id = ?`;
const PUT_SHADOW = `insert into shadow_alerts (id, rule_id, opened_at, over_at, changed_at, alert) values (?, ?, ?, ?, ?, ?)
  on conflict (id) do update set over_at = excluded.over_at, changed_at = excluded.changed_at, alert = excluded.alert
    where excluded.changed_at >= shadow_alerts.changed_at`;
const CARE = `update alerts set acknowledged = ?, first_acknowledged_at = coalesce(first_acknowledged_at, ?),
    suppressed = ?, outcome = ?, assignee = ?, incident_id = ?, care = ? where id = ?`;

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** The alert as a transition of `alert` or `shadow` left it. */
export function alertOfTransition({ data }: Transition): Alert {
  return data["alert"] as Alert;
}

/** Null while it is active. */
function overAt({ active, clearedAt, lastSeenAt }: Alert): number | null {
  return active ? null : (clearedAt ?? lastSeenAt);
}

export function recordOf(row: Pick<AlertRow, "alert" | "care">): AlertRecord {
  return {
    alert: JSON.parse(row.alert) as Alert,
    care: row.care === null ? null : (JSON.parse(row.care) as AlertCare),
  };
}

export function findAlert(connection: Connection, id: string): AlertRow | undefined {
  return connection.statement(FIND).get(id) as AlertRow | undefined;
}

/** Small, for those who show it: the rest is read. */
export function tellAlert(connection: Connection, alert: Alert, change: string, at: number): void {
  const { id, deviceId, severity, active } = alert;
  tell(connection, { topic: "alert", id, at, data: { deviceId, severity, active, change } });
}

/** Belongs into a write transaction, like everything below. The row as it is after a transition that is new. */
export function putAlert(connection: Connection, transition: Transition): void {
  const { at } = transition;
  const alert = alertOfTransition(transition);
  const { id, ruleId, deviceId, openedAt, active, latched, endedBy } = alert;
  const text = JSON.stringify(alert);
  const now = [
    active ? 1 : 0,
    severityRank(alert.severity),
    latched ? 1 : 0,
    endedBy,
    overAt(alert),
    at,
    text,
  ] as const;
  const before = findAlert(connection, id);
  if (before === undefined) {
    const { kind = "", place_id = "" } = connection.statement(KIND_AND_PLACE).get(deviceId) ?? {};
    connection.statement(OPEN).run(id, ruleId, deviceId, kind, place_id, openedAt, ...now);
  } else if (before.changed_at <= at) connection.statement(CHANGE).run(...now, id);
  tellAlert(connection, alert, String(transition.data["change"]), at);
}

/** Alerts of rules in shadow: kept for those who look at the rule, told to nobody. */
export function putShadow(connection: Connection, transition: Transition): void {
  const alert = alertOfTransition(transition);
  const { id, ruleId, openedAt } = alert;
  const put = connection.statement(PUT_SHADOW);
  put.run(id, ruleId, openedAt, overAt(alert), transition.at, JSON.stringify(alert));
}

/** How far the response is; nothing for an alert that is gone. */
export function putCare(connection: Connection, care: AlertCare, at: number): void {
  const { alertId, acknowledgedAt, suppressed, outcome, assignee, incidentId } = care;
  const columns = [acknowledgedAt === null ? 0 : 1, acknowledgedAt, suppressed ? 1 : 0, outcome, assignee, incidentId];
  const { changes } = connection.statement(CARE).run(...columns, JSON.stringify(care), alertId);
  const row = changes === 1 ? findAlert(connection, alertId) : undefined;
  if (row) tellAlert(connection, recordOf(row).alert, "care", at);
}
