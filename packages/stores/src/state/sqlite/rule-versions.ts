import { isDeepStrictEqual } from "node:util";
import { LinliError, type Rule, type RuleVersion } from "@linli/model";
import type { Author } from "../author.ts";
import type { Page, PageRequest } from "../page.ts";
import type { RuleVersionRow } from "./alert-tables.ts";
import type { Connection } from "./connection.ts";
import { afterNumber, pageOf } from "./cursor.ts";
import { audit, differences, tell } from "./trail.ts";

function versionOf(row: RuleVersionRow): RuleVersion {
  return {
    rule: JSON.parse(row.rule) as Rule,
    version: row.version,
    origin: row.origin as RuleVersion["origin"],
    standing: row.standing as RuleVersion["standing"],
    changedAt: row.changed_at,
    changedBy: row.changed_by,
    reason: row.reason,
  };
}

export function currentVersions(connection: Connection): RuleVersion[] {
  const standing = connection.query.selectFrom("rule_versions").selectAll().where("standing", "!=", "past");
  return connection.all(standing.orderBy("rule_id").orderBy("version")).map(versionOf);
}

export function findVersion(connection: Connection, ruleId: string, version: number): RuleVersion | undefined {
  const own = connection.query.selectFrom("rule_versions").selectAll().where("rule_id", "=", ruleId);
  const row = connection.first(own.where("version", "=", version));
  return row && versionOf(row);
}

export function listVersions(connection: Connection, ruleId: string, page: PageRequest): Page<RuleVersion> {
  const own = connection.query.selectFrom("rule_versions").where("rule_id", "=", ruleId);
  const total = connection.first(own.select(({ fn }) => fn.countAll<number>().as("count")))?.count ?? 0;
  const from = page.after === undefined ? own : own.where("version", "<", afterNumber(page.after));
  const newestFirst = from.selectAll().orderBy("version", "desc");
  const rows = connection.all(newestFirst.limit(page.limit + 1));
  return pageOf(rows, total, { limit: page.limit, key: (row) => [row.version], item: versionOf });
}

/** The newest one's number, 0 = there is none. */
function newestVersion(connection: Connection, ruleId: string): number {
  const own = connection.query.selectFrom("rule_versions").where("rule_id", "=", ruleId);
  return connection.first(own.select(({ fn }) => fn.max("version").as("version")))?.version ?? 0;
}

function standing(connection: Connection, ruleId: string, as: RuleVersion["standing"]): RuleVersion | undefined {
  const own = connection.query.selectFrom("rule_versions").selectAll().where("rule_id", "=", ruleId);
  const row = connection.first(own.where("standing", "=", as));
  return row && versionOf(row);
}

function retireStanding(connection: Connection, ruleId: string, as: RuleVersion["standing"]): void {
  const own = connection.query.updateTable("rule_versions").set({ standing: "past" }).where("rule_id", "=", ruleId);
  connection.run(own.where("standing", "=", as));
}

function tellRule(connection: Connection, ruleId: string, version: number, said: { action: string; at: number }): void {
  tell(connection, { topic: "rule", id: ruleId, at: said.at, data: { action: said.action, version } });
}

/** Takes the place of whichever stood there before. */
function addVersion(connection: Connection, added: RuleVersion, action: string, author: Author): RuleVersion {
  const { rule, version, origin, standing: as, changedAt, changedBy, reason } = added;
  const before = standing(connection, rule.id, as) ?? standing(connection, rule.id, "current");
  retireStanding(connection, rule.id, as);
  connection.run(
    connection.query.insertInto("rule_versions").values({
      rule_id: rule.id,
      version,
      origin,
      standing: as,
      changed_at: changedAt,
      changed_by: changedBy,
      reason,
      rule: JSON.stringify(rule),
    }),
  );
  tellRule(connection, rule.id, version, { action, at: author.at });
  const detail = { version, standing: as, reason, rule: differences(before?.rule ?? {}, rule) };
  audit(connection, author, { action: `rule.${action}`, target: rule.id, detail });
  return added;
}

/** Belongs into a write transaction, like everything below. */
export function putRule(
  connection: Connection,
  edit: { readonly rule: Rule; readonly after: number; readonly reason: string },
  author: Author,
): RuleVersion {
  const { rule, after, reason } = edit;
  const newest = newestVersion(connection, rule.id);
  if (newest !== after) {
    throw new LinliError("conflict", `rule ${rule.id} was changed meanwhile: version ${newest}, not ${after}`);
  }
  const current = standing(connection, rule.id, "current");
  const as = current?.rule.lifeSafety === true ? "candidate" : "current";
  const { at: changedAt, id: changedBy } = author;
  const added = { rule, version: newest + 1, origin: "person", standing: as, changedAt, changedBy, reason } as const;
  return addVersion(connection, added, "put", author);
}

export function promoteRule(connection: Connection, ruleId: string, version: number, author: Author): RuleVersion {
  const candidate = findVersion(connection, ruleId, version);
  if (candidate?.standing !== "candidate") {
    throw new LinliError("not-found", `rule ${ruleId} has no candidate ${version}`);
  }
  const before = standing(connection, ruleId, "current")?.version ?? null;
  retireStanding(connection, ruleId, "current");
  const own = connection.query.updateTable("rule_versions").set({ standing: "current" }).where("rule_id", "=", ruleId);
  connection.run(own.where("version", "=", version));
  tellRule(connection, ruleId, version, { action: "promote", at: author.at });
  audit(connection, author, {
    action: "rule.promote",
    target: ruleId,
    detail: { version: { before, after: version } },
  });
  return { ...candidate, standing: "current" };
}

export function removeRule(connection: Connection, ruleId: string, reason: string, author: Author): void {
  const current = standing(connection, ruleId, "current");
  if (current === undefined) throw new LinliError("not-found", `there is no rule ${ruleId}`);
  retireStanding(connection, ruleId, "current");
  retireStanding(connection, ruleId, "candidate");
  tellRule(connection, ruleId, current.version, { action: "remove", at: author.at });
  audit(connection, author, { action: "rule.remove", target: ruleId, detail: { version: current.version, reason } });
}

/** True when it is new or changed: a person's rule, and one that a person removed, stays as it is. */
export function shipRule(connection: Connection, rule: Rule, author: Author): boolean {
  const newest = newestVersion(connection, rule.id);
  const current = standing(connection, rule.id, "current");
  if (newest > 0 && current?.origin !== "shipped") return false;
  if (current && isDeepStrictEqual(current.rule, JSON.parse(JSON.stringify(rule)))) return false;
  const { at: changedAt, id: changedBy } = author;
  const added = { rule, version: newest + 1, origin: "shipped", standing: "current", changedAt, changedBy } as const;
  addVersion(connection, { ...added, reason: "shipped" }, "ship", author);
  return true;
}
