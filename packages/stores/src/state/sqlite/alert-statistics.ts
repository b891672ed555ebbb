import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { RuleStatistics } from "../alerts.ts";
import { IS_NO_DRILL } from "./alert-filter.ts";
import type { AlertRow } from "./alert-tables.ts";
import type { Connection } from "./connection.ts";

const ROWS_PER_PART = 2_000;
const PART = `select seq, rule_id, opened_at, over_at, ended_by, first_acknowledged_at, outcome from alerts
  where opened_at < ? and (opened_at, seq) > (?, ?) and ${IS_NO_DRILL} order by opened_at, seq limit ${ROWS_PER_PART}`;

type Counted = Pick<
  AlertRow,
  "seq" | "rule_id" | "opened_at" | "over_at" | "ended_by" | "first_acknowledged_at" | "outcome"
>;

class RuleTally {
  opened = 0;
  readonly outcomes = { real: 0, nuisance: 0, known: 0 };
  readonly toAcknowledge: number[] = [];
  readonly toClear: number[] = [];

  add({ opened_at, over_at, ended_by, first_acknowledged_at, outcome }: Counted): void {
    this.opened += 1;
    if (outcome === "real" || outcome === "nuisance" || outcome === "known") this.outcomes[outcome] += 1;
    if (first_acknowledged_at !== null) this.toAcknowledge.push(first_acknowledged_at - opened_at);
    // one that a retired device or a changed rule ended was never mended
    if (over_at !== null && (ended_by === "cleared" || ended_by === "person")) this.toClear.push(over_at - opened_at);
  }
}

function median(values: readonly number[]): number | null {
  const sorted = Float64Array.from(values).sort();
  const [upper, lower] = [sorted[sorted.length >> 1], sorted[(sorted.length - 1) >> 1]];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}

interface Place {
  readonly openedAt: number;
  readonly seq: number;
}

function partAfter(connection: Connection, { openedAt, seq }: Place, to: number): Counted[] {
  return connection.statement(PART).all(to, openedAt, seq) as unknown as Counted[];
}

/** Alerts that opened in [from, to), by rule; read in parts, so that years of them hold up nobody. */
export async function ruleStatistics(connection: Connection, from: number, to: number): Promise<RuleStatistics[]> {
  const rules = new Map<string, RuleTally>();
  let place = { openedAt: from, seq: 0 };
  for (let more = true; more; await yieldToOthers()) {
    const rows = await connection.read(() => partAfter(connection, place, to));
    for (const row of rows) {
      const tally = rules.get(row.rule_id) ?? new RuleTally();
      rules.set(row.rule_id, tally);
      tally.add(row);
    }
    const last = rows.at(-1);
    if (last) place = { openedAt: last.opened_at, seq: last.seq };
    more = rows.length === ROWS_PER_PART;
  }
  return [...rules]
    .map(([ruleId, { opened, outcomes, toAcknowledge, toClear }]) => ({
      ruleId,
      opened,
      ...outcomes,
      medianToAcknowledge: median(toAcknowledge),
      medianToClear: median(toClear),
    }))
    .toSorted((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
}
