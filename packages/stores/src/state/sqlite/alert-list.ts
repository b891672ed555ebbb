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

const COLUMNS = "active, severity, opened_at, seq, alert, care";
/** How far the conditions are counted to find the one that lets the fewest through. */
const COMPARED_TO = 50_000;
/** So few are read and sorted; of more, those of a page are found soon in order of time. */
const SORTED = 5_000;
const ACTIVE: Condition = { sql: "active = 1", values: [] };
const PAST: Condition = { sql: "active = 0", values: [] };

function where(conditions: readonly Condition[]): { sql: string; values: Value[] } {
  return { sql: conditions.map(({ sql }) => sql).join(" and "), values: conditions.flatMap(({ values }) => values) };
}

interface Rows {
  readonly from: string;
  readonly conditions: readonly Condition[];
}

function count(connection: Connection, { from, conditions }: Rows, most: number): number {
  const { sql, values } = where(conditions);
  const some = `select 1 from ${from} where ${sql} limit ${most}`;
  return Number(connection.statement(`select count(*) as count from (${some})`).get(...values)?.["count"] ?? 0);
}

interface PastRows {
  readonly counted: Rows;
  /** In the order of the list, or little enough to be sorted. */
  readonly read: (total: number) => Rows;
}

/**
 * How the past ones are found. There may be years of them, and no statistics tell the engine which condition lets few
 * through: so each is counted, to a bound, in its own index.
 */
function past(connection: Connection, conditions: readonly Condition[]): PastRows {
  const all = [PAST, ...conditions];
  const byTime: Rows = { from: "alerts indexed by alerts_past", conditions: all };
  const times = conditions.filter(({ time }) => time === true);
  const indexed = conditions.filter(({ index }) => index !== undefined);
  const [best] = indexed
    .map((condition) => {
      const from = `alerts indexed by ${condition.index}`;
      const rows = () => count(connection, { from, conditions: [PAST, condition, ...times] }, COMPARED_TO);
      return { from, rows: indexed.length > 1 ? rows() : COMPARED_TO, inOrder: condition.inOrder === true };
    })
    .toSorted((a, b) => a.rows - b.rows || Number(b.inOrder) - Number(a.inOrder));
  if (best === undefined) return { counted: byTime, read: () => byTime };
  const found: Rows = { from: best.from, conditions: all };
  const few = (total: number) => best.inOrder || best.rows < SORTED || total < COUNTED_TO;
  return { counted: found, read: (total) => (few(total) ? found : byTime) };
}

interface Wanted {
  readonly order: readonly string[];
  /** What stands before the page, in the columns of the order. */
  readonly after: readonly number[] | undefined;
  readonly limit: number;
}

/** What is sorted is little: the rows themselves are read afterwards. */
function rowsOf(connection: Connection, { from, conditions }: Rows, { order, after, limit }: Wanted): Row[] {
  if (limit <= 0) return [];
  const behind = after && { sql: `(${order.join(", ")}) < (${order.map(() => "?").join(", ")})`, values: after };
  const { sql, values } = where(behind ? [...conditions, behind] : conditions);
  const sorted = order.map((column) => `${column} desc`).join(", ");
  const chosen = `select seq from ${from} where ${sql} order by ${sorted} limit ?`;
  const query = `select ${COLUMNS} from alerts where seq in (${chosen}) order by ${sorted}`;
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
    total += count(connection, half, COUNTED_TO);
    const order = ["severity", "opened_at", "seq"];
    const wanted = { order, after: after && [severity, openedAt, seq], limit: inActive === 1 ? page.limit + 1 : 0 };
    rows.push(...rowsOf(connection, half, wanted));
  }
  if (filter.active !== true) {
    const { counted, read } = past(connection, conditions);
    const pastTotal = count(connection, counted, COUNTED_TO);
    total += pastTotal;
    const behind = inActive === 0 ? [openedAt, seq] : undefined;
    const wanted = { order: ["opened_at", "seq"], after: behind, limit: page.limit + 1 - rows.length };
    rows.push(...rowsOf(connection, read(pastTotal), wanted));
  }
  return pageOf(rows, Math.min(total, COUNTED_TO), {
    limit: page.limit,
    key: (row) => [row.active, row.severity, row.opened_at, row.seq],
    item: recordOf,
  });
}
