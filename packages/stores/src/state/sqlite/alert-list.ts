import type { AlertFilter, AlertRecord } from "../alerts.ts";
import { COUNTED_TO, type Page, type PageRequest } from "../page.ts";
import { type Condition, conditionsOf } from "./alert-filter.ts";
import { recordOf } from "./alert-rows.ts";
import type { Connection } from "./connection.ts";
import { afterPlace, pageOf } from "./cursor.ts";

type Value = string | number;

interface Row {
  readonly active: number;
  readonly severity: number;
  readonly opened_at: number;
  readonly seq: number;
  readonly alert: string;
  readonly care: string | null;
}

/** The rows of one half of the list, the active or the past ones, and how they are best found. */
interface Half {
  readonly from: string;
  readonly conditions: readonly Condition[];
  /** Of how many there are, when that is known already. */
  readonly total?: number;
}

const COLUMNS = "active, severity, opened_at, seq, alert, care";
const ACTIVE: Condition = { sql: "active = 1", values: [] };
const PAST: Condition = { sql: "active = 0", values: [] };

function where(conditions: readonly Condition[]): { sql: string; values: Value[] } {
  return { sql: conditions.map(({ sql }) => sql).join(" and "), values: conditions.flatMap(({ values }) => values) };
}

function count(connection: Connection, from: string, conditions: readonly Condition[]): number {
  const { sql, values } = where(conditions);
  const some = `select 1 from ${from} where ${sql} limit ${COUNTED_TO}`;
  return Number(connection.statement(`select count(*) as count from (${some})`).get(...values)?.["count"] ?? 0);
}

/**
 * Of the past there may be years: no statistics tell the engine which condition lets few through, so each is counted, to a
 * bound, in its own index. Few are read and sorted; of many enough are found soon, from the newest on.
 */
function pastHalf(connection: Connection, conditions: readonly Condition[]): Half {
  const all = [PAST, ...conditions];
  const times = conditions.filter(({ time }) => time === true);
  const counted = conditions
    .filter(({ index }) => index !== undefined)
    .map((condition) => {
      const from = `alerts indexed by ${condition.index}`;
      return { condition, from, total: count(connection, from, [PAST, condition, ...times]) };
    })
    .toSorted((a, b) => a.total - b.total);
  const [best] = counted;
  const byTime: Half = { from: "alerts indexed by alerts_past", conditions: all };
  if (best === undefined) return byTime;
  const alone = conditions.length === times.length + 1 ? { total: best.total } : {};
  if (best.total < COUNTED_TO || best.condition.inOrder === true) return { from: best.from, conditions: all, ...alone };
  return { ...byTime, ...alone };
}

function totalOf(connection: Connection, { from, conditions, total }: Half): number {
  return total ?? count(connection, from, conditions);
}

interface Wanted {
  readonly order: readonly string[];
  /** What stands before the page, in the columns of the order. */
  readonly after: readonly number[] | undefined;
  readonly limit: number;
}

function rowsOf(connection: Connection, { from, conditions }: Half, { order, after, limit }: Wanted): Row[] {
  if (limit <= 0) return [];
  const behind = after && { sql: `(${order.join(", ")}) < (${order.map(() => "?").join(", ")})`, values: after };
  const { sql, values } = where(behind ? [...conditions, behind] : conditions);
  const sorted = order.map((column) => `${column} desc`).join(", ");
  const query = `select ${COLUMNS} from ${from} where ${sql} order by ${sorted} limit ?`;
  return connection.statement(query).all(...values, limit) as unknown as Row[];
}

/** Active ones first, by severity and then newest; past ones newest first. */
export function listAlerts(connection: Connection, filter: AlertFilter, page: PageRequest): Page<AlertRecord> {
  const conditions = conditionsOf(connection, filter);
  const after = page.after === undefined ? undefined : afterPlace(page.after, 4);
  const [inActive = 1, severity = 0, openedAt = 0, seq = 0] = after ?? [];
  const rows: Row[] = [];
  let total = 0;
  if (filter.active !== false) {
    const half = { from: "alerts", conditions: [ACTIVE, ...conditions] };
    total += totalOf(connection, half);
    const order = ["severity", "opened_at", "seq"];
    const wanted = { order, after: after && [severity, openedAt, seq], limit: inActive === 1 ? page.limit + 1 : 0 };
    rows.push(...rowsOf(connection, half, wanted));
  }
  if (filter.active !== true) {
    const half = pastHalf(connection, conditions);
    total += totalOf(connection, half);
    const behind = inActive === 0 ? [openedAt, seq] : undefined;
    const wanted = { order: ["opened_at", "seq"], after: behind, limit: page.limit + 1 - rows.length };
    rows.push(...rowsOf(connection, half, wanted));
  }
  return pageOf(rows, Math.min(total, COUNTED_TO), {
    limit: page.limit,
    key: (row) => [row.active, row.severity, row.opened_at, row.seq],
    item: recordOf,
  });
}
