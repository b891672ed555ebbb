import { LinliError, type RuleOverride } from "@linli/model";
import type { Author } from "../author.ts";
import type { RuleOverrideRow } from "./alert-tables.ts";
import type { Connection } from "./connection.ts";
import { findDevice } from "./device-rows.ts";
import { audit, differences, tell } from "./trail.ts";

function overrideOf(row: RuleOverrideRow): RuleOverride {
  return {
    ruleId: row.rule_id,
    deviceId: row.device_id,
    params: JSON.parse(row.params) as RuleOverride["params"],
    changedAt: row.changed_at,
    changedBy: row.changed_by,
    reason: row.reason,
  };
}

export function allOverrides(connection: Connection): RuleOverride[] {
  const all = connection.query.selectFrom("rule_overrides").selectAll();
  return connection.all(all.orderBy("rule_id").orderBy("device_id")).map(overrideOf);
}

function checkSubjects(connection: Connection, ruleId: string, deviceId: string): void {
  const versions = connection.query.selectFrom("rule_versions").select("version").where("rule_id", "=", ruleId);
  if (!connection.first(versions)) throw new LinliError("not-found", `there is no rule ${ruleId}`);
  if (!findDevice(connection, deviceId)) throw new LinliError("not-found", `there is no device ${deviceId}`);
}

/** Belongs into a write transaction. */
export function putOverride(
  connection: Connection,
  override: Pick<RuleOverride, "ruleId" | "deviceId" | "params" | "reason">,
  author: Author,
): void {
  const { ruleId, deviceId, params, reason } = override;
  checkSubjects(connection, ruleId, deviceId);
  const { query } = connection;
  const own = query.selectFrom("rule_overrides").selectAll().where("rule_id", "=", ruleId);
  const row = connection.first(own.where("device_id", "=", deviceId));
  const before = row ? overrideOf(row).params : {};
  const removed = Object.keys(params).length === 0;
  if (removed && row === undefined) return;
  if (removed) {
    connection.run(query.deleteFrom("rule_overrides").where("rule_id", "=", ruleId).where("device_id", "=", deviceId));
  } else {
    const columns = { params: JSON.stringify(params), changed_at: author.at, changed_by: author.id, reason };
    const insert = query.insertInto("rule_overrides").values({ rule_id: ruleId, device_id: deviceId, ...columns });
    connection.run(insert.onConflict((conflict) => conflict.columns(["rule_id", "device_id"]).doUpdateSet(columns)));
  }
  tell(connection, { topic: "rule", id: ruleId, at: author.at, data: { action: "override", deviceId } });
  const gone = Object.fromEntries(Object.keys(before).map((name) => [name, undefined]));
  const detail = { deviceId, reason, params: differences(before, { ...gone, ...params }) };
  audit(connection, author, { action: "rule.override", target: ruleId, detail });
}
