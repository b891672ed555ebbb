import type { AlertFilter } from "../alerts.ts";
import { severityRank } from "./alert-rows.ts";
import type { Connection } from "./connection.ts";
import { folded, searchPattern } from "./device-rows.ts";
import { placesWithin } from "./place-scope.ts";

/** One thing that a filter asks, over the columns of `alerts`. Lists are JSON arrays. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
  /** The index that finds what it lets through, if there is one. */
  readonly index?: string;
  /** Whether the index gives it in order of time. */
  readonly inOrder?: boolean;
  /** Whether it is about `opened_at`, which every index has. */
  readonly time?: boolean;
}

const DEVICES_LIKE = "select id from devices where search_text like ? escape '\\'";
// as many steps as there are rules, however many alerts
const RULES = `with recursive known (id) as (
    select min(rule_id) from alerts
    union all select (select min(rule_id) from alerts where rule_id > known.id) from known where known.id is not null
  ) select id from known where id is not null`;

function oneOf(column: string, values: readonly (string | number)[]): Condition {
  const [only] = values;
  const index = `alerts_${column}`;
  if (only !== undefined && values.length === 1) return { sql: `${column} = ?`, values: [only], index, inOrder: true };
  const sql = `${column} in (select value from json_each(?))`;
  return { sql, values: [JSON.stringify(values)], index };
}

function flag(column: string, wanted: boolean): Condition {
  return { sql: `${column} = ${wanted ? 1 : 0}`, values: [], index: `alerts_${column}`, inOrder: true };
}

/** Of what few alerts are, only those are in an index. */
function rareFlag(column: string, wanted: boolean): Condition {
  return wanted ? flag(column, wanted) : { sql: `${column} = 0`, values: [] };
}

const IS_DRILL = "id like 'DRILL-%'";
export const IS_NO_DRILL = `not ${IS_DRILL}`;

function idsOf(connection: Connection, sql: string, ...values: string[]): string[] {
  return connection
    .statement(sql)
    .all(...values)
    .map((row) => String(row["id"]));
}

function found(connection: Connection, search: string): Condition {
  const devices = idsOf(connection, DEVICES_LIKE, searchPattern(search));
  const rules = idsOf(connection, RULES).filter((id) => folded(id).includes(folded(search)));
  const either = [oneOf("device_id", devices), oneOf("rule_id", rules)];
  if (rules.length === 0) return oneOf("device_id", devices);
  if (devices.length === 0) return oneOf("rule_id", rules);
  return { sql: `(${either.map(({ sql }) => sql).join(" or ")})`, values: either.flatMap(({ values }) => values) };
}

/** Everything a filter asks but whether an alert is active. */
export function conditionsOf(connection: Connection, filter: AlertFilter): Condition[] {
  const conditions: Condition[] = [];
  const { acknowledged, suppressed, latched, from, to, search } = filter;
  if (acknowledged !== undefined) conditions.push(flag("acknowledged", acknowledged));
  if (suppressed !== undefined) conditions.push(rareFlag("suppressed", suppressed));
  if (latched !== undefined) conditions.push(rareFlag("latched", latched));
  if (filter.severities) conditions.push(oneOf("severity", filter.severities.map(severityRank)));
  if (filter.kinds) conditions.push(oneOf("kind", filter.kinds));
  if (filter.ruleIds) conditions.push(oneOf("rule_id", filter.ruleIds));
  if (filter.deviceIds) conditions.push(oneOf("device_id", filter.deviceIds));
  if (filter.placeIds) conditions.push(oneOf("place_id", placesWithin(connection, filter.placeIds)));
  if (filter.incidentId !== undefined) conditions.push(oneOf("incident_id", [filter.incidentId]));
  if (filter.assignee !== undefined) conditions.push(oneOf("assignee", [filter.assignee]));
  if (filter.drill !== undefined) conditions.push({ sql: filter.drill ? IS_DRILL : IS_NO_DRILL, values: [] });
  if (from !== undefined) conditions.push({ sql: "opened_at >= ?", values: [from], time: true });
  if (to !== undefined) conditions.push({ sql: "opened_at < ?", values: [to], time: true });
  if (search !== undefined && search !== "") conditions.push(found(connection, search));
  return conditions;
}
