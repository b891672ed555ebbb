import type { RuleStore } from "../rules.ts";
import type { Connection } from "./connection.ts";
import { allOverrides, putOverride } from "./rule-overrides.ts";
import {
  currentVersions,
  findVersion,
  listVersions,
  promoteRule,
  putRule,
  removeRule,
  shipRule,
} from "./rule-versions.ts";

export function createRules(connection: Connection): RuleStore {
  return {
    current: () => connection.read(() => currentVersions(connection)),
    version: (ruleId, version) => connection.read(() => findVersion(connection, ruleId, version)),
    versions: (ruleId, page) => connection.read(() => listVersions(connection, ruleId, page)),
    put: (rule, after, reason, author) => connection.write(() => putRule(connection, { rule, after, reason }, author)),
    promote: (ruleId, version, author) => connection.write(() => promoteRule(connection, ruleId, version, author)),
    remove: (ruleId, reason, author) => connection.write(() => removeRule(connection, ruleId, reason, author)),
    ship: (rules, author) =>
      connection.write(() => rules.filter((rule) => shipRule(connection, rule, author)).map(({ id }) => id)),
    overrides: () => connection.read(() => allOverrides(connection)),
    putOverride: (override, author) => connection.write(() => putOverride(connection, override, author)),
  };
}
