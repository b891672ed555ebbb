import { type AlertAction, type AlertDeed, LinliError } from "@linli/model";
import type { Author } from "../author.ts";
import { findAlert } from "./alert-rows.ts";
import type { AlertActionRow } from "./alert-tables.ts";
import type { Connection } from "./connection.ts";
import { audit, tell } from "./trail.ts";

const ADD = "insert into alert_actions (alert_id, at, by_type, by_id, deed) values (?, ?, ?, ?, ?)";

export function actionOf(row: AlertActionRow): AlertAction {
  return {
    seq: row.seq,
    alertId: row.alert_id,
    at: row.at,
    by: { type: row.by_type as AlertAction["by"]["type"], id: row.by_id },
    deed: JSON.parse(row.deed) as AlertDeed,
  };
}

/** Belongs into a write transaction. */
export function act(connection: Connection, alertId: string, deed: AlertDeed, author: Author): AlertAction {
  const alert = findAlert(connection, alertId);
  if (!alert) throw new LinliError("not-found", `there is no alert ${alertId}`);
  const { id, type, at } = author;
  const added = connection.statement(ADD).run(alertId, at, type, id, JSON.stringify(deed));
  const seq = Number(added.lastInsertRowid);
  tell(connection, {
    topic: "alert-action",
    id: alertId,
    at,
    data: { deviceId: alert.device_id, deed: deed.type, seq },
  });
  const { type: what, ...detail } = deed;
  audit(connection, author, { action: `alert.${what}`, target: alertId, detail });
  return { seq, alertId, at, by: { type, id }, deed };
}

export function actionsAfter(connection: Connection, seq: number, limit: number): AlertAction[] {
  const later = connection.query.selectFrom("alert_actions").selectAll().where("seq", ">", seq).orderBy("seq");
  return connection.all(later.limit(limit)).map(actionOf);
}
